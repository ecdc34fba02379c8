import { Global, Module } from '@nestjs/common';
import { PageFrame } from '../platform/web/frame.js';
import { DemoController } from './demo.controller.js';
import { DemoQueries } from './demo.queries.js';
import { SiteFrame } from './site.frame.js';

/** Global because it answers platform's question of what stands around a page. */
@Global()
@Module({
  controllers: [DemoController],
  providers: [DemoQueries, SiteFrame, { provide: PageFrame, useExisting: SiteFrame }],
  exports: [PageFrame],
})
export class SiteModule {}
