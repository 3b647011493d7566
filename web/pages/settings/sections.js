// What stands above each page of the settings.

import { subnav } from '../../components/subnav.js';
import * as t from '../../texts/settings.js';

/** @param {'profile' | 'categories' | 'webhooks' | 'sign-in'} current */
export function sections(current) {
  const parts = [
    { id: 'profile', href: '/settings', text: t.settings.profile },
    { id: 'categories', href: '/categories', text: t.settings.categories },
    { id: 'webhooks', href: '/settings/webhooks', text: t.settings.webhooks },
    { id: 'sign-in', href: '/settings/sign-in', text: t.settings.signIn },
  ];
  return subnav(t.settings.sections, parts, current);
}
