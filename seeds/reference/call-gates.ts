export interface CallGateSeed {
  code: string;
  question: string;
  help: string;
}

/** The checklist for staff, before anybody is asked to give their time. In the order it is shown. */
export const callGates: readonly CallGateSeed[] = [
  { code: 'decision-open', question: 'Is the decision still open?', help: 'Say what residents can still change. If all is decided, do not ask them.' },
  { code: 'money', question: 'Is there money, and whose is it?', help: 'Say which budget pays, and who agreed.' },
  { code: 'tax-route', question: 'Has finance decided the tax route?', help: 'Say who in finance decided how people are paid, and when. Nobody works first and waits after.' },
  { code: 'formats', question: 'Do the Easy Read and BSL versions come before it opens?', help: 'Ordered is not enough. Say the day each one comes, and who makes it.' },
  { code: 'lead-time', question: 'Do the dates leave time to arrange what people need?', help: 'Who applies on the last day needs the same time as everybody else.' },
  { code: 'interpreters', question: 'Are interpreters reserved for the interview days?', help: 'Say with whom, and for which days.' },
  { code: 'terms', question: 'Is the person specification, or the terms of reference, signed off?', help: 'Say who signed it off, and when.' },
  { code: 'decided-together', question: 'Who decided it with us?', help: 'Name the Disabled residents who decided it with you. They are paid for it. If nobody did, say why: it is shown on the public page.' },
];
