// The host of a URL, where a record has the URL alone. No parser of all URLs: it takes what stands between "//" and the
// next "/", "?", "#" or ":", behind a user name where there is one.

/** "www.example.com" of "http://www.example.com:8080/a?b"; undefined for a URL without a host ("/a?b"). */
export function hostOfUrl(url: string): string | undefined {
  const slashes = url.indexOf('//');
  if (slashes < 0) return undefined;
  let start = slashes + 2;
  let end = url.length;
  for (let i = start; i < url.length; i++) {
    const character = url[i];
    if (character === '@') start = i + 1;
    else if (character === '/' || character === '?' || character === '#') {
      end = i;
      break;
    }
  }
  // Colons inside the brackets of an IPv6 address are none of a port.
  const bracket = url.indexOf(']', start);
  const colon = url.indexOf(':', bracket > start && bracket < end ? bracket : start);
  if (colon >= 0 && colon < end) end = colon;
  return end > start ? url.slice(start, end) : undefined;
}
