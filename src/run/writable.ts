/** A value that is still being put together: a member that may be absent is set only where it is there. */
export type Writable<Shape> = { -readonly [Member in keyof Shape]: Shape[Member] };
