/** Where the time of a V8 CPU profile went: by function, by the function of ours behind it, by file or package. */

export interface CpuProfile {
  readonly nodes: readonly ProfileNode[];
  /** Microseconds of the machine's monotonic clock. */
  readonly startTime: number;
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

interface ProfileNode {
  readonly id: number;
  readonly children?: readonly number[];
  readonly callFrame: {
    readonly functionName: string;
    readonly url: string;
    readonly lineNumber: number;
  };
}

/** Milliseconds by name. */
export interface ProfileTimes {
  /** By the function that ran. */
  readonly functions: ReadonlyMap<string, number>;
  /** By the function of ours or of a package that ran, or that called what ran within Node. */
  readonly owners: ReadonlyMap<string, number>;
  /** By the file of ours, or the package, of that owner. */
  readonly areas: ReadonlyMap<string, number>;
}

/** The times between two moments of the monotonic clock, idle time left out. */
export function profileTimes(profile: CpuProfile, from: number, to: number): ProfileTimes {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const parents = parentsOf(profile, nodes);
  const times = { functions: new Map(), owners: new Map(), areas: new Map() };
  let at = profile.startTime;
  for (const [place, id] of profile.samples.entries()) {
    const delta = profile.timeDeltas[place] ?? 0;
    const node = nodes.get(id);
    at += delta;
    if (at < from || at > to || node === undefined || node.callFrame.functionName === '(idle)') continue;
    const owner = ownerOf(node, parents);
    add(times.functions, nameOf(node), delta);
    add(times.owners, nameOf(owner), delta);
    add(times.areas, areaOf(owner), delta);
  }
  return times;
}

function parentsOf(
  profile: CpuProfile,
  nodes: ReadonlyMap<number, ProfileNode>,
): ReadonlyMap<ProfileNode, ProfileNode> {
  const parents = new Map<ProfileNode, ProfileNode>();
  for (const parent of profile.nodes) {
    for (const id of parent.children ?? []) {
      const child = nodes.get(id);
      if (child !== undefined) parents.set(child, parent);
    }
  }
  return parents;
}

/** The nearest function up the stack that stands in a file of ours or of a package; itself where there is none. */
function ownerOf(node: ProfileNode, parents: ReadonlyMap<ProfileNode, ProfileNode>): ProfileNode {
  for (let at: ProfileNode | undefined = node; at !== undefined; at = parents.get(at)) {
    if (at.callFrame.url.startsWith('file:') || at.callFrame.url.startsWith('/')) return at;
  }
  return node;
}

function nameOf({ callFrame: { functionName, url, lineNumber } }: ProfileNode): string {
  const name = functionName === '' ? '(anonymous)' : functionName;
  return url === '' ? name : `${name} ${shortened(url)}:${lineNumber + 1}`;
}

function areaOf({ callFrame: { functionName, url } }: ProfileNode): string {
  if (url === '') return functionName.startsWith('(') && functionName !== '' ? functionName : 'node itself';
  const file = shortened(url);
  if (file.startsWith('src/')) return file;
  if (file.includes(':')) return 'node itself';
  return file
    .split('/')
    .slice(0, file.startsWith('@') ? 2 : 1)
    .join('/');
}

function shortened(url: string): string {
  return url.replace(/^.*\/node_modules\//, '').replace(/^.*?\/src\//, 'src/');
}

function add(times: Map<string, number>, name: string, microseconds: number): void {
  times.set(name, (times.get(name) ?? 0) + microseconds / 1000);
}
