// What stands above each page of admins.

import { subnav } from '../../components/subnav.js';
import * as t from '../../texts/admin.js';

/** @param {'users' | 'devices' | 'audit' | 'server'} current */
export function sections(current) {
  const parts = [
    { id: 'users', href: '/admin', text: t.admin.users },
    { id: 'devices', href: '/admin/devices', text: t.admin.devices },
    { id: 'audit', href: '/admin/audit', text: t.admin.audit },
    { id: 'server', href: '/admin/server', text: t.admin.server },
  ];
  return subnav(t.admin.sections, parts, current);
}
