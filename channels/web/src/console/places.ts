/** Which of the open talks stand side by side: as many as there is room for, each keeping its place as long as it is shown. */

/** The talks to show, in their places, when one is to be seen: in a free place, or instead of the one least lately used. */
export function placed(shown: readonly string[], wanted: string, room: number, lately: readonly string[]): string[] {
  const places = fitted(shown, room, lately);
  if (places.includes(wanted)) return places;
  if (places.length < room) return [...places, wanted];
  const oldest = [...places].sort((a, b) => lately.indexOf(b) - lately.indexOf(a))[0];
  return places.map((id) => (id === oldest ? wanted : id));
}

/** The talks that still fit when the room gets smaller: those used last. */
export function fitted(shown: readonly string[], room: number, lately: readonly string[]): string[] {
  if (shown.length <= room) return [...shown];
  const kept = [...shown].sort((a, b) => rank(lately, a) - rank(lately, b)).slice(0, Math.max(1, room));
  return shown.filter((id) => kept.includes(id));
}

/** A free place is taken by the talk that was used last and is not shown. */
export function filled(shown: readonly string[], room: number, lately: readonly string[]): string[] {
  const more = lately.filter((id) => !shown.includes(id));
  return [...shown, ...more.slice(0, Math.max(0, room - shown.length))];
}

function rank(lately: readonly string[], id: string): number {
  const index = lately.indexOf(id);
  return index < 0 ? Number.MAX_SAFE_INTEGER : index;
}
