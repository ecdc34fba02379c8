import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { paymentFile, type PaymentLine } from './payment-file.js';

const line: PaymentLine = {
  payeeId: '0199aaaa-0000-7000-8000-000000000001', payeeName: 'A Yusuf', sortCode: '010203', accountNumber: '00123456',
  amountPence: 4500, costCentre: 'CP100', activityOn: '2026-12-08', description: 'DFPG meeting', claimReference: 'C-7K3QX',
};

const HEADER = 'runRef,lineRef,payeeId,vendorNo,payeeName,sortCode,accountNo,amount,currency,glAccount,costCentre,'
  + 'projectCode,taxCode,activityDate,period,description,claimRefs,payRoute\r\n';

describe('the payment file', () => {
  it('has a row a line, noughts kept, and a trailer that proves the rest', () => {
    const body = `${HEADER}R-4T9WC,R-4T9WC-0001,${line.payeeId},,A Yusuf,010203,00123456,45.00,GBP,,CP100,,,2026-12-08,202612,DFPG meeting,C-7K3QX,BACS\r\n`
      + `R-4T9WC,R-4T9WC-0002,${line.payeeId},,A Yusuf,010203,00123456,0.05,GBP,,CP100,,,2026-12-08,202612,DFPG meeting,C-7K3QX,BACS\r\n`;
    const sha256 = createHash('sha256').update(body).digest('hex');
    expect(paymentFile('R-4T9WC', [line, { ...line, amountPence: 5 }])).toBe(`${body}TRAILER,2,45.05,${sha256},,,,,,,,,,,,,,\r\n`);
  });

  it('quotes as RFC 4180 says, and keeps letters of every language', () => {
    const file = paymentFile('R', [{ ...line, payeeName: 'Żółć "Zoë", O’Neill' }]);
    expect(file).toContain(',"Żółć ""Zoë"", O’Neill",');
  });

  it.each(['=1+1', '+44', '-1', '@SUM(A1)', '\tx'])('never lets %j be a formula', (payeeName) => {
    expect(paymentFile('R', [{ ...line, payeeName }])).toContain(`,'${payeeName},`);
  });

  it('is empty but for its header and trailer when there is nothing to pay', () => {
    expect(paymentFile('R', []).split('\r\n')).toHaveLength(3);
  });
});
