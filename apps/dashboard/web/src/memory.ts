/** `240 MB`, `1.5 GB`. */
export function formatMemory(mb: number): string {
  return mb < 1_000 ? `${Math.round(mb)} MB` : `${(mb / 1_024).toFixed(1)} GB`;
}
