// Every page works without this file; it makes some things kinder.
import { Button } from 'govuk-frontend/dist/govuk/components/button/button.mjs';
import { CharacterCount } from 'govuk-frontend/dist/govuk/components/character-count/character-count.mjs';
import { ErrorSummary } from 'govuk-frontend/dist/govuk/components/error-summary/error-summary.mjs';
import { NotificationBanner } from 'govuk-frontend/dist/govuk/components/notification-banner/notification-banner.mjs';
import { SkipLink } from 'govuk-frontend/dist/govuk/components/skip-link/skip-link.mjs';

const words = {
  i18n: {
    wordsUnderLimit: { one: 'You have %{count} word left', other: 'You have %{count} words left' },
    wordsAtLimit: 'You have no words left',
    wordsOverLimit: { one: 'You have %{count} word too many', other: 'You have %{count} words too many' },
  },
};

for (const [Component, options] of [[Button], [CharacterCount, words], [ErrorSummary], [NotificationBanner], [SkipLink]]) {
  for (const element of document.querySelectorAll(`[data-module="${Component.moduleName}"]`)) {
    try {
      new Component(element, options);
    } catch (error) {
      // One piece that fails must not take the others with it.
      console.error(error);
    }
  }
}

// Coming back with the browser's Back button: a message already read is not read again.
addEventListener('pageshow', (event) => {
  if (event.persisted) for (const banner of document.querySelectorAll('.al-flash')) banner.remove();
});
