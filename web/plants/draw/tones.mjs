// The colours. A surface has three: where the light falls (from the upper left), its own, and its shade. All keep
// apart from light paper and from a dark page.

const tones = (light, mid, shade) => ({ light, mid, shade });

export const soil = tones('#9c7659', '#7f5d47', '#664a3a');
export const bark = tones('#a98063', '#8a644c', '#6c4d3c');

export const green = {
  sunflower: tones('#93b565', '#6f9950', '#527a45'),
  fern: tones('#8fbf6c', '#679f58', '#478050'),
  tulip: tones('#93bd8e', '#6a9f77', '#4d8064'),
  lavender: tones('#a9b893', '#869a78', '#687d63'),
  cactus: tones('#8dbd8a', '#649c74', '#477b61'),
  rose: tones('#7fa868', '#5b8a55', '#43704a'),
  bamboo: tones('#b4c765', '#8fad50', '#6b8d45'),
  apple: tones('#9cbf66', '#74a053', '#547f48'),
  maple: tones('#a3bd68', '#7c9f52', '#5b7f47'),
  birch: tones('#c0cf74', '#9ab55a', '#76954b'),
  cherry: tones('#a0bf76', '#7a9f5f', '#5b8050'),
  pine: tones('#7fae86', '#548a6c', '#3d6c58'),
  wisteria: tones('#aac674', '#82a95a', '#618749'),
  ginkgo: tones('#b2cc7d', '#8bb063', '#698f54'),
};

export const gold = tones('#f8d568', '#eab23c', '#c98a2c');
export const ginkgoGold = tones('#f9dc74', '#ebbb45', '#c8922f');
export const seedHeart = tones('#a8734a', '#7d5238', '#5f3e2f');
export const coral = tones('#f5a489', '#e47a62', '#c2584d');
export const lilac = tones('#c3aee2', '#9f86cb', '#7b64ab');
export const wisteriaLilac = tones('#d9c8ee', '#b49cdb', '#8e78bd');
export const pink = tones('#f7b3bb', '#e88496', '#c65f78');
export const roseRed = tones('#e98b8d', '#cf5766', '#a63f54');
export const appleRed = tones('#f0957a', '#d4513f', '#a93a36');
export const appleBlossom = tones('#fdf0ea', '#f6d0cf', '#e3a4ab');
export const cherryPink = tones('#fbdfe2', '#f2b9c4', '#da90a3');
export const autumn = tones('#ef9a5b', '#d65f3f', '#a94238');
export const birchBark = tones('#f1ebdf', '#ddd5c6', '#b5ac9d');
export const birchMark = '#5f564d';
export const cherryBark = tones('#a27a6c', '#7f5a52', '#634543');
export const ginkgoBark = tones('#b39a7c', '#93795f', '#745d4b');
export const cone = tones('#b98a5f', '#94694a', '#74503c');

/** What is left of any plant nobody watered: warm grey-browns. */
export const dry = tones('#c2b197', '#a29079', '#80705f');
export const dryBark = tones('#a49585', '#877a6d', '#6c6158');
