import { SuppliersService } from '../../src/adjustments/suppliers.service.js';
import type { SupplierDto } from '../../src/adjustments/suppliers.dto.js';
import type { SupplierUnit } from '../../src/adjustments/supplier.rules.js';
import type { People } from './people.js';
import type { World } from './world.js';

export type Suppliers = Awaited<ReturnType<typeof suppliers>>;

/** Invented people and firms who interpret, type and drive. */
export async function suppliers(world: World, { priya }: People) {
  const service = world.get(SuppliersService);
  const terms = { partPercent: 50, partDays: 14, fullDays: 7, packDays: 5 };
  const add = async (about: Pick<SupplierDto, 'name' | 'kind' | 'skills'> & Partial<SupplierDto>, pence: number, unit: SupplierUnit) => {
    const id = world.newId();
    await service.add(priya, { id, ...terms, ...about });
    await service.addRate(priya, id, { id: world.newId(), rate: pence, unit, fromOn: await world.day(-125) });
    return id;
  };
  const register = async (registrationNumber: string) => ({ registrationBody: 'NRCPD', registrationNumber, registrationCheckedOn: await world.day(-130) });
  const agency = await add({
    name: 'Riverside Interpreting', kind: 'agency', skills: ['bsl-interpreter', 'lipspeaker', 'note-taker', 'language-interpreter'],
    email: 'bookings@riverside-interpreting.example', phone: '02079460301',
  }, 21_000, 'half_day');
  return {
    agency,
    meera: await add({
      name: 'Meera Joshi', kind: 'person', skills: ['bsl-interpreter'], email: 'meera@interpreters.example', phone: '07700900311', ...await register('1047733'),
    }, 19_500, 'half_day'),
    callum: await add({
      name: 'Callum Byrne', kind: 'person', skills: ['bsl-interpreter'], agencyId: agency, email: 'callum@interpreters.example', ...await register('1052190'),
    }, 21_000, 'half_day'),
    ines: await add({ name: 'Inês Carvalho', kind: 'person', skills: ['speech-to-text', 'note-taker'], phone: '07700900312', ...await register('1060418') }, 6_000, 'hour'),
    cabs: await add({ name: 'Thames Access Cars', kind: 'agency', skills: ['taxi'], phone: '02079460302', partPercent: 0, partDays: 1, fullDays: 0 }, 3_500, 'hour'),
  };
}
