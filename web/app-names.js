// What an app is called. Trackers send package names and file names; people know other ones.

/** Apps whose identifier does not tell their name. */
const known = new Map(
  Object.entries({
    'com.abclocal.wtvd.news': 'ABC11 News',
    'com.android.chrome': 'Chrome',
    'com.android.settings': 'Settings',
    'com.android.systemui': 'System UI',
    'com.android.vending': 'Play Store',
    'com.apple.mobilemail': 'Mail',
    'com.apple.mobilesafari': 'Safari',
    'com.cnn.mobile.android.phone': 'CNN',
    'com.facebook.katana': 'Facebook',
    'com.facebook.orca': 'Messenger',
    'com.fitbit.fitbitmobile': 'Fitbit',
    'com.google.android.apps.adm': 'Find My Device',
    'com.google.android.apps.maps': 'Google Maps',
    'com.google.android.apps.messaging': 'Messages',
    'com.google.android.apps.nexuslauncher': 'Home screen',
    'com.google.android.apps.photos': 'Google Photos',
    'com.google.android.apps.podcasts': 'Google Podcasts',
    'com.google.android.apps.safetyhub': 'Personal Safety',
    'com.google.android.apps.wear.companion': 'Wear OS',
    'com.google.android.apps.wellbeing': 'Digital Wellbeing',
    'com.google.android.calendar': 'Google Calendar',
    'com.google.android.captiveportallogin': 'Network sign-in',
    'com.google.android.contacts': 'Contacts',
    'com.google.android.dialer': 'Phone',
    'com.google.android.gm': 'Gmail',
    'com.google.android.gms': 'Google Play services',
    'com.google.android.googlecamera': 'Camera',
    'com.google.android.googlequicksearchbox': 'Google',
    'com.google.android.markup': 'Markup',
    'com.google.android.packageinstaller': 'Package installer',
    'com.google.android.permissioncontroller': 'Permissions',
    'com.google.android.projection.gearhead': 'Android Auto',
    'com.google.android.settings.intelligence': 'Settings search',
    'com.google.android.youtube': 'YouTube',
    'com.groupme.android': 'GroupMe',
    'com.instagram.android': 'Instagram',
    'com.microsoft.vscode': 'Visual Studio Code',
    'com.move.realtor': 'Realtor.com',
    'com.reddit.frontpage': 'Reddit',
    'com.snapchat.android': 'Snapchat',
    'com.spotify.music': 'Spotify',
    'com.whatsapp': 'WhatsApp',
    'com.zhiliaoapp.musically': 'TikTok',
    'org.mozilla.firefox': 'Firefox',
    'org.telegram.messenger': 'Telegram',
    'org.thoughtcrime.securesms': 'Signal',
    'chrome.exe': 'Chrome',
    'cmd.exe': 'Command Prompt',
    'code.exe': 'Visual Studio Code',
    'explorer.exe': 'Explorer',
    'firefox.exe': 'Firefox',
    'googleupdate.exe': 'Google Update',
    'msedge.exe': 'Edge',
    'microsoft.microsoftedge_8wekyb3d8bbwe!microsoftedge': 'Edge',
    'microsoft.skydrive.desktop': 'OneDrive',
    'microsoft.windows.controlpanel': 'Control Panel',
    'microsoft.windows.explorer': 'Explorer',
    'msiexec.exe': 'Windows Installer',
    'notepad.exe': 'Notepad',
    'docker.dockerforwindows.settings': 'Docker',
    'systempropertiesadvanced.exe': 'System Properties',
    'windows.immersivecontrolpanel_cw5n1h2txyewy!microsoft.windows.immersivecontrolpanel': 'Windows Settings',
  }),
);

/** What names of websites end with, and those of packages begin with. */
const domains = new Set(['com', 'org', 'net', 'io', 'de', 'fr', 'uk', 'co', 'me', 'dev', 'tv']);

/** Words of a package name that say nothing of the app. */
const generic = new Set(['android', 'app', 'client', 'desktop', 'ios', 'mobile', 'phone', 'release', 'web']);

/**
 * The name people know; the identifier itself where none is known.
 * @param {string} app
 */
export function appName(app) {
  const name = known.get(app.toLowerCase());
  if (name) return name;
  if (/^[\w .()-]{1,60}\.exe$/i.test(app)) return app.slice(0, -4);
  // A reverse domain name: its last word that means something. Two words are a website, and so is what ends as one.
  const [first = '', ...words] = app.split('.');
  const isPackage = /^[a-z]+(\.[a-z][\w-]*){2,}$/i.test(app);
  if (isPackage && domains.has(first.toLowerCase()) && !domains.has((words.at(-1) ?? '').toLowerCase())) {
    const word = words.findLast((part) => !generic.has(part.toLowerCase())) ?? words[0];
    return word.charAt(0).toUpperCase() + word.slice(1);
  }
  return app;
}
