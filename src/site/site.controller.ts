import { Controller, Get } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Actor } from '../platform/actor.js';
import { Cached } from '../platform/web/page-cache.js';
import { page, redirect, type Page, type Redirect } from '../platform/web/page.js';
import { CurrentActor, Public, SignedIn } from '../platform/web/policies.js';
import { CallsQueries, toCard } from '../calls/calls.queries.js';
import { SiteFrame } from './site.frame.js';

/** The pages everybody can read. */
@ApiExcludeController()
@Controller()
@Public()
export class SiteController {
  constructor(private readonly calls: CallsQueries, private readonly frame: SiteFrame) {}

  @Get()
  @Cached()
  async start(): Promise<Page> {
    const open = (await this.calls.publicList()).filter(({ stage }) => stage === 'open').map(toCard);
    return page('site/start', { open });
  }

  @Get('home')
  @SignedIn({ acting: 'all' })
  home(@CurrentActor() actor: Actor): Redirect {
    return redirect(this.frame.home(actor));
  }

  @Get('story')
  story(): Page {
    return page('site/story');
  }

  @Get('help')
  help(): Page {
    return page('site/help');
  }

  @Get('accessibility')
  accessibility(): Page {
    return page('site/accessibility');
  }

  @Get('privacy')
  privacy(): Page {
    return page('site/privacy');
  }

  @Get('formats')
  formats(): Page {
    return page('site/formats');
  }
}
