import { Param, type PipeTransform } from '@nestjs/common';
import { NotFound } from '../errors.js';
import { isId } from '../ids.js';

class IdPipe implements PipeTransform<unknown, string> {
  transform(value: unknown): string {
    if (!isId(value)) throw new NotFound();
    return value;
  }
}

/** An id in the address; anything that can't be one is not found. */
export const IdParam = (name = 'id') => Param(name, IdPipe);
