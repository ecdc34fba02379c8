import { Global, Module } from '@nestjs/common';
import { PageFrame } from '../platform/web/frame.js';
import { SiteFrame } from './site.frame.js';

/** Global because it answers platform's question of what stands around a page. */
@Global()
@Module({
  providers: [SiteFrame, { provide: PageFrame, useExisting: SiteFrame }],
  exports: [PageFrame],
})
export class SiteModule {}
