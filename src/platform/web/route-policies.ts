import { Injectable, RequestMethod, type OnApplicationBootstrap } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { DiscoveryService, MetadataScanner, Reflector } from '@nestjs/core';
import { CACHED } from './page-cache.js';
import { ACTING, POLICY, type ActingPolicy, type Policy } from './policies.js';

export interface RoutePolicy {
  /** "CallsController.list", for whoever looks for it. */
  handler: string;
  method: string;
  /** "/staff/calls/:id". */
  path: string;
  policy: Policy | undefined;
  cached: boolean;
  /** Which helpers it lets in. */
  acting: ActingPolicy;
}

/** Knows every route and its policy, and stops the boot when one has none. */
@Injectable()
export class RoutePolicies implements OnApplicationBootstrap {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly reflector: Reflector,
  ) {}

  onApplicationBootstrap(): void {
    const without = this.all().filter(({ policy }) => policy === undefined).map(({ handler }) => handler);
    if (without.length > 0) throw new Error(`routes without a policy: ${without.join(', ')}`);
    const closed = this.all().filter(({ cached, policy, method }) => cached && (policy !== 'public' || method !== 'GET'));
    if (closed.length > 0) throw new Error(`kept in memory, but not public: ${closed.map(({ handler }) => handler).join(', ')}`);
  }

  all(): RoutePolicy[] {
    return this.discovery.getControllers().flatMap(({ instance, metatype }) => {
      const controller = metatype as () => void;
      const prototype = Object.getPrototypeOf(instance) as Record<string, (...args: unknown[]) => unknown>;
      return this.scanner.getAllMethodNames(prototype)
        .map((name) => ({ name, route: prototype[name]! }))
        .filter(({ route }) => Reflect.hasMetadata(PATH_METADATA, route))
        .map(({ name, route }) => ({
          handler: `${controller.name}.${name}`,
          method: RequestMethod[this.reflector.get<RequestMethod>(METHOD_METADATA, route)],
          path: join(this.reflector.get<string>(PATH_METADATA, controller), this.reflector.get<string>(PATH_METADATA, route)),
          policy: this.reflector.getAllAndOverride<Policy | undefined>(POLICY, [route, controller]),
          cached: this.reflector.getAllAndOverride<boolean | undefined>(CACHED, [route, controller]) ?? false,
          acting: this.reflector.getAllAndOverride<ActingPolicy | undefined>(ACTING, [route, controller]) ?? [],
        }));
    });
  }
}

function join(base: string, path: string): string {
  return `/${base}/${path}`.replace(/\/+/g, '/').replace(/(.)\/$/, '$1');
}
