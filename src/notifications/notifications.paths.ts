export const notificationsPaths = {
  toMend: () => '/staff/messages',
  sending: (id: string) => `/staff/messages/${id}/sending`,
  arrival: (id: string) => `/staff/messages/${id}/arrival`,
  toTell: () => '/staff/messages/to-do',
  telling: (id: string) => `/staff/messages/to-do/${id}/telling`,
  attempt: (id: string) => `/staff/messages/to-do/${id}/attempts`,
  letterPdf: (id: string, points: number) => `/staff/messages/to-do/${id}/letter/${points}`,
  mailbox: (to?: string | null) => `/demo/mailbox${toQuery(to)}`,
  letter: (id: string, to?: string | null) => `/demo/mailbox/${id}${toQuery(to)}`,
  letterCalendar: (id: string) => `/demo/mailbox/${id}/calendar`,
};

function toQuery(to: string | null | undefined): string {
  return to ? `?to=${encodeURIComponent(to)}` : '';
}
