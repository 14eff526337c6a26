declare const __REQFLO_VERSION__: string | undefined;

/** Of the package; the bundler puts it in. */
export const version = typeof __REQFLO_VERSION__ === 'string' ? __REQFLO_VERSION__ : '0.0.0-source';
