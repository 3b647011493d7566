// All species, in the order in which a garden unlocks them.
import { sunflower } from './species/sunflower.mjs';
import { fern } from './species/fern.mjs';
import { tulip } from './species/tulip.mjs';
import { lavender } from './species/lavender.mjs';
import { cactus } from './species/cactus.mjs';
import { rose } from './species/rose.mjs';
import { bamboo } from './species/bamboo.mjs';
import { appleTree } from './species/apple-tree.mjs';
import { maple } from './species/maple.mjs';
import { birch } from './species/birch.mjs';
import { cherryBlossom } from './species/cherry-blossom.mjs';
import { pine } from './species/pine.mjs';
import { wisteria } from './species/wisteria.mjs';
import { ginkgo } from './species/ginkgo.mjs';

export const species = [
  sunflower,
  fern,
  tulip,
  lavender,
  cactus,
  rose,
  bamboo,
  appleTree,
  maple,
  birch,
  cherryBlossom,
  pine,
  wisteria,
  ginkgo,
];
