export const sitePaths = {
  start: () => '/',
  /** Goes on to the home of whoever is signed in. */
  home: () => '/home',
  myHome: () => '/my',
  staffHome: () => '/staff',
  help: () => '/help',
};
