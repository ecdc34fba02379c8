import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Actor } from '../platform/actor.js';
import { Clock } from '../platform/clock.js';
import { BadRequest, Conflict, NotFound } from '../platform/errors.js';
import { newId } from '../platform/ids.js';
import { SettingsReader } from '../platform/settings.js';
import { dayParts, emptyForm, readForm, withError, type Form } from '../platform/web/form.js';
import { IdParam } from '../platform/web/id.pipe.js';
import { page, redirect, type Page, type Redirect } from '../platform/web/page.js';
import { paginate, readPageNumber } from '../platform/web/pagination.js';
import { CurrentActor, May } from '../platform/web/policies.js';
import { adjustmentsPaths } from './adjustments.paths.js';
import { rateOn, supplierKindNames, supplierUnitNames } from './supplier.rules.js';
import { ChangeSupplierDto, SupplierDto, SupplierRateDto } from './suppliers.dto.js';
import { SuppliersQueries, type Supplier } from './suppliers.queries.js';
import { SuppliersService } from './suppliers.service.js';

const SIZE = 25;

/** Interpreters, agencies and firms: for access co-ordinators. */
@ApiExcludeController()
@Controller('staff/suppliers')
export class SuppliersController {
  constructor(
    private readonly suppliers: SuppliersService,
    private readonly queries: SuppliersQueries,
    private readonly settings: SettingsReader,
    private readonly clock: Clock,
  ) {}

  @Get()
  @May('arrangement.read')
  async list(@Query('page') asked: unknown): Promise<Page> {
    const number = readPageNumber(asked);
    const suppliers = await this.queries.page(SIZE, (number - 1) * SIZE);
    return page('adjustments/suppliers', {
      suppliers: suppliers.map((one) => ({ ...one, href: adjustmentsPaths.supplier(one.id), kindName: supplierKindNames[one.kind] })),
      newHref: adjustmentsPaths.newSupplier(),
      pagination: paginate({ page: number, size: SIZE, total: await this.queries.count(), what: 'suppliers', href: adjustmentsPaths.suppliers }),
    });
  }

  @Get('new')
  @May('arrangement.write')
  async newForm(): Promise<Page> {
    const settings = await this.settings.current();
    const { partPercent, partDays, fullDays } = settings['suppliers.cancellation'];
    return this.formPage(null, emptyForm({ id: newId(), kind: 'person', partPercent, partDays, fullDays, packDays: settings['suppliers.pack-days'] }), 200);
  }

  @Post()
  @May('arrangement.write')
  async add(@CurrentActor() actor: Actor, @Body() body: unknown): Promise<Page | Redirect> {
    const form = await readForm(SupplierDto, body);
    const { dto } = form;
    if (!dto) return this.formPage(null, form, 422);
    const refused = await saved(form, () => this.suppliers.add(actor, dto));
    return refused ? this.formPage(null, refused, 422) : redirect(adjustmentsPaths.supplier(dto.id), 'The supplier is saved. Add what they cost.');
  }

  @Get(':id')
  @May('arrangement.read')
  async one(@IdParam() id: string): Promise<Page> {
    return this.onePage(await this.known(id), emptyForm({ id: newId() }), 200);
  }

  @Get(':id/edit')
  @May('arrangement.write')
  async changeForm(@IdParam() id: string): Promise<Page> {
    const supplier = await this.known(id);
    return this.formPage(supplier, emptyForm({ ...supplier, ...dayParts('registrationCheckedOn', supplier.registrationCheckedOn) }), 200);
  }

  @Post(':id')
  @May('arrangement.write')
  async change(@CurrentActor() actor: Actor, @IdParam() id: string, @Body() body: unknown): Promise<Page | Redirect> {
    const supplier = await this.known(id);
    const form = await readForm(ChangeSupplierDto, body);
    const { dto } = form;
    if (!dto) return this.formPage(supplier, form, 422);
    const refused = await saved(form, () => this.suppliers.change(actor, { ...dto, id }));
    return refused ? this.formPage(supplier, refused, 422) : redirect(adjustmentsPaths.supplier(id), 'The changes are saved.');
  }

  @Post(':id/rates')
  @May('arrangement.write')
  async addRate(@CurrentActor() actor: Actor, @IdParam() id: string, @Body() body: unknown): Promise<Page | Redirect> {
    const supplier = await this.known(id);
    const form = await readForm(SupplierRateDto, body);
    const { dto } = form;
    if (!dto) return this.onePage(supplier, form, 422);
    const refused = await saved(form, () => this.suppliers.addRate(actor, id, dto));
    return refused ? this.onePage(supplier, refused, 422) : redirect(adjustmentsPaths.supplier(id), 'The rate is saved.');
  }

  @Post(':id/end')
  @May('arrangement.write')
  async end(@CurrentActor() actor: Actor, @IdParam() id: string): Promise<Redirect> {
    const { ended } = await this.known(id);
    await this.suppliers.end(actor, id, !ended);
    return redirect(adjustmentsPaths.supplier(id), ended ? 'They can be asked again.' : 'They are not asked any more. What is booked goes on.');
  }

  private async known(id: string): Promise<Supplier> {
    const supplier = await this.queries.one(id);
    if (!supplier) throw new NotFound();
    return supplier;
  }

  private async onePage(supplier: Supplier, form: Form<unknown>, status: number): Promise<Page> {
    const today = this.clock.today();
    const rates = await this.queries.rates(supplier.id);
    const current = rateOn(rates, today);
    return page('adjustments/supplier', {
      supplier, form, kindName: supplierKindNames[supplier.kind], visits: await this.queries.visits(supplier.id, today),
      rates: rates.map((rate) => ({ ...rate, unitName: supplierUnitNames[rate.unit], current: rate === current })),
      units: Object.entries(supplierUnitNames).map(([value, text]) => ({ value, text: `For ${text}` })),
      paths: { list: adjustmentsPaths.suppliers(), edit: adjustmentsPaths.editSupplier(supplier.id), rates: adjustmentsPaths.supplierRates(supplier.id), end: adjustmentsPaths.endSupplier(supplier.id) },
    }, status);
  }

  private async formPage(supplier: Supplier | null, form: Form<unknown>, status: number): Promise<Page> {
    const agencies = (await this.queries.agencies()).filter(({ id }) => id !== supplier?.id).map(({ id, name }) => ({ value: id, text: name }));
    return page('adjustments/supplier-form', {
      supplier, form, groups: await this.queries.kinds(), agencies: [{ value: '', text: 'No agency' }, ...agencies],
      kinds: Object.entries(supplierKindNames).map(([value, text]) => ({ value, text })),
      action: supplier ? adjustmentsPaths.supplier(supplier.id) : adjustmentsPaths.suppliers(),
      back: supplier ? adjustmentsPaths.supplier(supplier.id) : adjustmentsPaths.suppliers(),
    }, status);
  }
}

/** Null when it was saved; else the form with what the service found wrong. */
async function saved<T>(form: Form<T>, save: () => Promise<void>): Promise<Form<T> | null> {
  try {
    await save();
    return null;
  } catch (error) {
    if (error instanceof BadRequest && error.errors.length > 0) return { ...form, errors: [...error.errors], dto: null };
    if (error instanceof Conflict) return withError(form, '', error.message);
    throw error;
  }
}
