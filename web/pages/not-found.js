import { emptyState } from '../components/states.js';
import { nothing } from '../html.js';
import * as t from '../texts.js';

export class NotFoundPage {
  section = '';
  title = t.states.notFoundTitle;

  load() {}
  close() {}

  header() {
    return nothing;
  }

  view() {
    return emptyState({
      icon: 'question-circle',
      title: t.states.notFoundTitle,
      text: t.states.notFoundText,
      href: '/today',
      button: t.states.notFoundButton,
    });
  }
}
