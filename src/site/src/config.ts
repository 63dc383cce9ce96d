/** What `config.json` beside the page says. */
export interface SiteConfig {
  /** Address of the API's host, without `/api`; empty = where the page comes from. */
  readonly apiUrl: string;
  /** How long the service keeps heads, hours, for the sentence that people agree to. */
  readonly retentionHours: number;
}

/** Reads `config.json`; an empty or missing address means the page's own origin. */
export async function readConfig(fetcher: typeof fetch = fetch): Promise<SiteConfig> {
  const answer = await fetcher(new URL('config.json', document.baseURI), { cache: 'no-cache' });
  if (!answer.ok) throw new Error(`config.json: ${answer.status}`);
  return toConfig(await answer.json(), document.baseURI);
}

/** The settings of a parsed `config.json`. */
export function toConfig(json: unknown, base: string): SiteConfig {
  const fields = typeof json === 'object' && json !== null ? (json as Record<string, unknown>) : {};
  const apiUrl = typeof fields['apiUrl'] === 'string' ? fields['apiUrl'] : '';
  const hours = fields['retentionHours'];
  return { apiUrl: new URL(apiUrl || '/', base).href.replace(/\/$/, ''), retentionHours: typeof hours === 'number' && hours > 0 ? hours : 24 };
}
