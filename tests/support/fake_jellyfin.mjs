// A fake Jellyfin server with the part of the API that a refresh needs, over real HTTP; records the
// requests.
import { createServer } from 'node:http';

export class FakeJellyfin {
  /** @param {{token: string, movies: object[], image: Buffer}} content */
  static async start({ token, movies, image }) {
    const fake = new FakeJellyfin();
    fake.requests = [];
    fake.sessions = [];
    fake.hangImages = false;
    fake.gate = Promise.resolve();
    fake.server = createServer(async (request, response) => {
      const url = new URL(request.url, 'http://fake');
      fake.requests.push({ path: url.pathname, query: url.search, headers: request.headers });
      await fake.gate;
      const json = (value) => {
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify(value));
      };
      if (/^\/Items\/[^/]+\/Images\//.test(url.pathname)) {
        if (fake.hangImages) return undefined;  // until the client disconnects
        if (!movies.some((movie) => url.pathname.includes(movie.Id))) return response.writeHead(404).end();
        response.setHeader('content-type', 'image/jpeg');
        return response.end(image);
      }
      if (url.pathname === '/System/Info/Public') return json({ ServerName: 'Fake', Version: '10.9.0', Id: 'fake' });
      if (request.headers['x-emby-token'] !== token) return response.writeHead(401).end();
      if (url.pathname === '/Sessions') return json(fake.sessions);
      if (url.pathname === '/Users') return json([{ Name: 'someone', Id: 'u1' }]);
      if (url.pathname === '/Library/VirtualFolders') return json([{ Name: 'Movies', ItemId: 'lib1', CollectionType: 'movies' }]);
      if (url.pathname === '/Items') {
        const start = Number(url.searchParams.get('StartIndex') ?? 0);
        const wanted = /Movie/.test(url.searchParams.get('IncludeItemTypes') ?? '') ? movies : [];
        return json({ Items: wanted.slice(start, start + 1000), TotalRecordCount: wanted.length, StartIndex: start });
      }
      return response.writeHead(404).end();
    });
    await new Promise((resolve) => fake.server.listen(0, '127.0.0.1', resolve));
    fake.url = `http://127.0.0.1:${fake.server.address().port}`;
    return fake;
  }
  /** Delays every response until the returned function is called. */
  hold() {
    let release;
    this.gate = new Promise((resolve) => { release = resolve; });
    return release;
  }
  stop() {
    this.server.closeAllConnections();
    this.server.close();
  }
}

/** An id at film databases that is unique in the tests. */
const numberOf = (text) => [...text].reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)) % 9_999_991, 7);

export const movie = (id, name, year) => ({
  Id: id, Name: name, Type: 'Movie', ProductionYear: year, Overview: `About ${name}.`, Genres: ['Drama'],
  ImageTags: { Primary: `tag${id}` }, BackdropImageTags: [`back${id}`],
  ProviderIds: { Imdb: `tt${String(numberOf(name)).padStart(7, '0')}`, Tmdb: String(numberOf(name)) },
  RunTimeTicks: 72000000000, CommunityRating: 7.5, OfficialRating: 'PG', DateCreated: '2026-01-01T00:00:00.0000000Z',
});
