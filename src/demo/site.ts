// One exporter's surroundings: which clients it has, which interfaces lead where, who its servers are.

import type { DemoFlow } from './demo-flow.ts';
import { hostAddress, type Prefix } from './prefix.ts';
import { type Random, Weighted } from './random.ts';
import type { World, WorldExporter, WorldServers, WorldService } from './world.ts';

/** One end of a conversation as the exporter sees it. */
export interface End {
  readonly address: Uint8Array;
  readonly port: number;
  readonly mask: number;
  readonly as: number;
  readonly interface: number;
}

/** What a direction of a conversation carries, beside its ends. */
export interface Load {
  readonly protocol: number;
  readonly icmp?: number;
  readonly tcpFlags?: number;
  readonly tos?: number;
  readonly packets: number;
  readonly bytes: number;
  readonly startMs: number;
  readonly endMs: number;
  readonly application?: number;
}

export class Site {
  readonly exporter: WorldExporter;
  private readonly services: Weighted<WorldService>;
  private readonly servers = new Map<string, Weighted<WorldServers>>();
  private readonly outside: Weighted<WorldServers>;

  constructor(exporter: WorldExporter, world: World) {
    this.exporter = exporter;
    this.services = new Weighted(world.services, (service) => service.weight);
    const reachable = (group: string): WorldServers[] =>
      world.servers[group]!.filter(({ prefix }) => prefix.address.length === 4 || exporter.clients6 !== undefined);
    for (const service of world.services) {
      const candidates = service.to.flatMap(reachable);
      this.servers.set(service.name, new Weighted(candidates, (servers) => servers.weight));
    }
    const world4 = world.world.flatMap(reachable).filter(({ prefix }) => prefix.address.length === 4);
    this.outside = new Weighted(world4, (servers) => servers.weight);
  }

  drawService(random: Random): WorldService {
    return this.services.draw(random);
  }

  server(service: WorldService, random: Random): End {
    const servers = this.servers.get(service.name)!.draw(random);
    const side = service.inbound ? (this.exporter.interfaces[2] ?? this.exporter.interfaces[0]!) : this.uplink(servers);
    return this.end(servers.prefix, random.zipf(servers.hosts), service.port, servers.as, side.index);
  }

  /** A client of this site, of the server's address family. */
  client(isV4: boolean, port: number, random: Random): End {
    const prefix = isV4 ? this.exporter.clients4 : this.exporter.clients6!;
    return this.end(prefix, random.zipf(this.exporter.hosts), port, 0, this.exporter.interfaces[0]!.index);
  }

  /** Somebody out there who uses our public servers. */
  visitor(port: number, random: Random): End {
    const servers = this.outside.draw(random);
    return this.end(servers.prefix, random.below(200), port, servers.as, this.uplink(servers).index);
  }

  /** A host of a prefix, beyond the uplink or, where it is one of the site's own, inside. */
  host(prefix: Prefix, number: number, port: number, isInside: boolean): End {
    const side = this.exporter.interfaces[isInside ? 0 : 1]!;
    return this.end(prefix, number, port, 0, side.index);
  }

  /** Traffic of one autonomous system always takes the same uplink. */
  private uplink(servers: WorldServers): WorldExporter['interfaces'][number] {
    const { interfaces } = this.exporter;
    const isSecond = interfaces.length > 2 && interfaces[2]!.description.startsWith('uplink') && servers.as % 5 === 0;
    return servers.as !== 0 && isSecond ? interfaces[2]! : interfaces[1]!;
  }

  private end(prefix: Prefix, number: number, port: number, as: number, side: number): End {
    const address = hostAddress(prefix, number);
    const longest = address.length === 4 ? 24 : 64;
    return { address, port, mask: Math.min(prefix.maskLength, longest), as, interface: side };
  }
}

/** One direction, from `source` to `destination`. */
export function flowBetween(source: End, destination: End, load: Load, nat?: Uint8Array): DemoFlow {
  return {
    source: source.address,
    destination: destination.address,
    sourcePort: source.port,
    destinationPort: destination.port,
    protocol: load.protocol,
    icmp: load.icmp ?? 0,
    tcpFlags: load.tcpFlags ?? 0,
    tos: load.tos ?? 0,
    packets: load.packets,
    bytes: load.bytes,
    startMs: load.startMs,
    endMs: load.endMs,
    inputInterface: source.interface,
    outputInterface: destination.interface,
    sourceAs: source.as,
    destinationAs: destination.as,
    sourceMask: source.mask,
    destinationMask: destination.mask,
    translatedSource: nat ?? source.address,
    translatedDestination: destination.address,
    application: load.application ?? 0,
  };
}
