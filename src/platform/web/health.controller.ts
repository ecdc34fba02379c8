import { Controller, Get } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Database } from '../database.js';
import { Public } from './policies.js';

const PING = { name: 'health-ping', text: 'select 1' };

/** For whatever watches over the process. */
@ApiExcludeController()
@Controller('health')
export class HealthController {
  constructor(private readonly database: Database) {}

  @Get('live')
  @Public()
  live(): { status: string } {
    return { status: 'live' };
  }

  /** Fails, as 503, while the database can't be reached. */
  @Get('ready')
  @Public()
  async ready(): Promise<{ status: string }> {
    await this.database.rows(PING);
    return { status: 'ready' };
  }
}
