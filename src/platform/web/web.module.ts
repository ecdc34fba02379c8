import { Global, Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, DiscoveryModule } from '@nestjs/core';
import { ErrorFilter } from './error.filter.js';
import { UploadsController } from '../files/uploads.controller.js';
import { HealthController } from './health.controller.js';
import { PageCache } from './page-cache.js';
import { PageCacheInterceptor } from './page-cache.interceptor.js';
import { PageInterceptor } from './page.interceptor.js';
import { PageRenderer } from './page.renderer.js';
import { PageViews } from './page-views.js';
import { PolicyGuard } from './policy.guard.js';
import { RoutePolicies } from './route-policies.js';
import { Views } from './views.js';

/** Pages, errors and policies. Needs `Authenticator` (people) and `PageFrame` (site). */
@Global()
@Module({
  imports: [DiscoveryModule],
  controllers: [HealthController, UploadsController],
  providers: [
    Views, PageRenderer, RoutePolicies, PageCache, PageViews,
    { provide: APP_GUARD, useClass: PolicyGuard },
    { provide: APP_INTERCEPTOR, useClass: PageCacheInterceptor },
    { provide: APP_INTERCEPTOR, useClass: PageInterceptor },
    { provide: APP_FILTER, useClass: ErrorFilter },
  ],
  exports: [PageCache, PageRenderer, PageViews, RoutePolicies, Views],
})
export class WebModule {}
