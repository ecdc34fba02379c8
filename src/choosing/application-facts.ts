import { Injectable } from '@nestjs/common';
import type { Actor } from '../platform/actor.js';

/** Something those who decide should know of an application, from whoever knows it. */
export interface ApplicationFact {
  heading: string;
  lines: string[];
  /** Where there is more, for those who may see it. */
  href: string | null;
}

/** A reader may have said that they know the person: then there is nothing for them. */
export type FactSource = (applicationId: string, reader: Actor) => Promise<ApplicationFact[]>;

/** The port through which what comes after choosing shows where it is decided. */
@Injectable()
export class ApplicationFacts {
  private readonly sources: FactSource[] = [];

  provide(source: FactSource): void {
    this.sources.push(source);
  }

  async of(applicationId: string, reader: Actor): Promise<ApplicationFact[]> {
    return (await Promise.all(this.sources.map((source) => source(applicationId, reader)))).flat();
  }
}
