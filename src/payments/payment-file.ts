import { createHash } from 'node:crypto';

/** One payment to one account for one claim. */
export interface PaymentLine {
  payeeId: string;
  payeeName: string;
  sortCode: string;
  accountNumber: string;
  amountPence: number;
  costCentre: string;
  /** 'YYYY-MM-DD', London. */
  activityOn: string;
  /** Neutral: it may be seen on a bank statement. */
  description: string;
  claimReference: string;
}

const COLUMNS = [
  'runRef', 'lineRef', 'payeeId', 'vendorNo', 'payeeName', 'sortCode', 'accountNo', 'amount', 'currency', 'glAccount', 'costCentre',
  'projectCode', 'taxCode', 'activityDate', 'period', 'description', 'claimRefs', 'payRoute',
] as const;

type Row = Record<(typeof COLUMNS)[number], string>;

const END = '\r\n';
const FORMULA = /^[=+\-@\t\r]/;

/**
 * The ERP's CSV: RFC 4180 in UTF-8, one row a line, then a trailer with the count, the total and the
 * SHA-256 of everything before it. Columns without a value here are the council's to fill.
 */
export function paymentFile(runReference: string, lines: readonly PaymentLine[]): string {
  const rows = lines.map((line, index) => toRow(runReference, index + 1, line));
  const body = [COLUMNS, ...rows.map((row) => COLUMNS.map((column) => row[column]))].map(toRecord).join('');
  const total = lines.reduce((sum, line) => sum + line.amountPence, 0);
  const trailer = ['TRAILER', String(lines.length), pounds(total), createHash('sha256').update(body, 'utf8').digest('hex')];
  return body + toRecord([...trailer, ...Array<string>(COLUMNS.length - trailer.length).fill('')]);
}

function toRow(runRef: string, number: number, line: PaymentLine): Row {
  return {
    runRef, lineRef: `${runRef}-${String(number).padStart(4, '0')}`,
    payeeId: line.payeeId, vendorNo: '', payeeName: line.payeeName, sortCode: line.sortCode, accountNo: line.accountNumber,
    amount: pounds(line.amountPence), currency: 'GBP', glAccount: '', costCentre: line.costCentre, projectCode: '', taxCode: '',
    activityDate: line.activityOn, period: line.activityOn.slice(0, 7).replace('-', ''),
    description: line.description, claimRefs: line.claimReference, payRoute: 'BACS',
  };
}

function toRecord(cells: readonly string[]): string {
  return cells.map(toCell).join(',') + END;
}

/** A cell a spreadsheet would run as a formula gets an apostrophe in front. */
function toCell(text: string): string {
  const plain = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(plain) ? `"${plain.replace(/"/g, '""')}"` : plain;
}

function pounds(pence: number): string {
  return `${Math.floor(pence / 100)}.${String(pence % 100).padStart(2, '0')}`;
}
