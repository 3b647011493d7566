// Time entries in the tests.

/**
 * Entries, each by minutes ago that it began and how long it was; without a length it runs.
 * @param {import('./account.mjs').Account} account
 * @param {{ago: number, minutes?: number, description?: string, project_id?: string, tags?: string[], billable?: boolean}[]} entries
 */
export async function addEntries(account, entries) {
  const now = Math.floor(Date.now() / 60_000) * 60_000;
  for (const { ago, minutes, ...entry } of entries) {
    const start = now - ago * 60_000;
    const end_time = minutes === undefined ? undefined : new Date(start + minutes * 60_000).toISOString();
    await account.call('POST', '/time-entries', {
      body: { ...entry, start_time: new Date(start).toISOString(), end_time },
    });
  }
}

/**
 * Entries on each of the last days, of some projects.
 * @param {import('./account.mjs').Account} account
 */
export async function addWork(account) {
  const projects = [];
  for (const project of [
    { title: 'Tide tables', client: 'Harbour office', color: '0', hourly_rate: 85.5 },
    { title: 'Lighthouse keepers’ handbook, second edition', client: 'Harbour office', color: '#b04a5a' },
    { title: 'Garden', color: '2' },
  ])
    projects.push(await account.call('POST', '/projects', { body: project }));
  const at = (days, clock) => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 11) + `${clock}:00Z`;
  for (let days = 1; days <= 20; days += 1) {
    const [tides, book, garden] = projects.map(({ id }) => id);
    for (const [from, to, project_id, description, tags, billable] of [
      ['08:30', '10:15', tides, 'Draw the tables', ['maps'], true],
      ['10:15', days % 3 ? '12:00' : '11:10', book, 'Chapter on fog signals', ['writing', 'fog'], true],
      ['13:00', '14:20', garden, 'Dig', [], false],
      ['15:05', '15:50', null, null, [], false],
    ].slice(0, 1 + (days % 4)))
      await account.call('POST', '/time-entries', {
        body: { start_time: at(days, from), end_time: at(days, to), project_id, description, tags, billable },
      });
  }
  return projects;
}
