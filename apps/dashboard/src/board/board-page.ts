/**
 * Bull Board's page asks Google for its fonts, and shows a splash with inline styles. Ours asks nobody, and needs neither:
 * the fonts fall back to the system's, and the page is there before a splash could be seen.
 *
 * @throws Error when the page of another version is not what we know: better no page than one that calls elsewhere
 */
export function strictBoardPage(html: string): string {
  const page = html
    .replace(/<link\s[^>]*href="https:\/\/fonts\.[^>]*>/g, '')
    .replace(/<div id="root">[\s\S]*<\/style>\s*<\/div>/, '<div id="root"></div>');
  if (/(?:src|href)="(?:https?:)?\/\//.test(page)) throw new Error('the page of Bull Board asks another host');
  if (/<style|\sstyle="|<script(?![^>]*(?:\ssrc="|\stype="application\/json"))/.test(page)) {
    throw new Error('the page of Bull Board has inline styles or scripts');
  }
  return page;
}
