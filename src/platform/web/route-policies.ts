import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { PATH_METADATA } from '@nestjs/common/constants.js';
import { DiscoveryService, MetadataScanner, Reflector } from '@nestjs/core';
import { POLICY, type Policy } from './policies.js';

export interface RoutePolicy {
  route: string;
  policy: Policy | undefined;
}

/** Knows the policy of every route, and stops the boot when one has none. */
@Injectable()
export class RoutePolicies implements OnApplicationBootstrap {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly reflector: Reflector,
  ) {}

  onApplicationBootstrap(): void {
    const without = this.all().filter(({ policy }) => policy === undefined).map(({ route }) => route);
    if (without.length > 0) throw new Error(`routes without a policy: ${without.join(', ')}`);
  }

  all(): RoutePolicy[] {
    return this.discovery.getControllers().flatMap(({ instance, metatype }) => {
      const prototype = Object.getPrototypeOf(instance) as Record<string, (...args: unknown[]) => unknown>;
      return this.scanner.getAllMethodNames(prototype)
        .map((name) => ({ name, handler: prototype[name]! }))
        .filter(({ handler }) => Reflect.hasMetadata(PATH_METADATA, handler))
        .map(({ name, handler }) => ({
          route: `${metatype!.name}.${name}`,
          policy: this.reflector.getAllAndOverride<Policy | undefined>(POLICY, [handler, metatype as () => void]),
        }));
    });
  }
}
