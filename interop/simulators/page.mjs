// docs/clients.md, made from what the simulated clients did.
const MARK = { ok: '●', switch: '◐', '': '', FAILED: 'FAILED' };

const link = (issue) => `[${issue}](https://github.com/${issue.replace('#', '/issues/')})`;
const cell = (text) => text.replaceAll('|', '\\|');

export function page(clients, behaviours, result) {
  const named = clients.filter(({ key }) => key !== 'any');
  const rows = behaviours.map((behaviour) => {
    const found = named.map((client) => MARK[result(client, behaviour)]);
    return `| ${behaviour.id} | ${cell(behaviour.says)} | ${found.join(' | ')} |`;
  });
  const reasons = behaviours.map(({ id, quirk, seen }) => `| ${id} | ${seen.map(link).join(', ')} | ${quirk ? `\`${quirk}\`` : ''} |`);
  return `# What real clients do, and that it works

Made by \`node interop/simulators/run.mjs --update\`; \`scripts/interop\` plays it again and fails when it differs.

Each client is played over the wire from what was seen of it in public: its registration, where it looks for metadata and in which order,
what it asks for, how it authenticates, refreshes and speaks MCP. A row is something that clients do and that has broken a server somewhere.
${MARK.ok} this client does so, and it works as Doorwarden comes. ${MARK.switch} it works with a switch of \`authorization.client_quirks\` that is
off as Doorwarden comes; \`doorwarden client quirks\` lists the switches. A row without a mark is played by no client in particular.

| | behaviour | ${named.map(({ name }) => name).join(' | ')} |
|${' --- |'.repeat(named.length + 2)}
${rows.join('\n')}

What belongs to a proxy or a firewall in front, to an identity provider behind, and to the bridge on the person's machine is not played here.

As of: ${named.map(({ name, seen }) => `${name} ${seen}`).join(', ')}.

## Where it was seen

| | seen | switch |
| --- | --- | --- |
${reasons.join('\n')}
`;
}
