/** The member of that name, and never what every object inherits: `constructor` is a lawful name. */
export function ownMember<Member>(
  map: { readonly [name: string]: Member },
  name: string,
): Member | undefined {
  return Object.hasOwn(map, name) ? map[name] : undefined;
}
