/** Which meetings of a series are meant: the one that is seen, it and those after it, or all that have not begun. */
export const SCOPES = [
  { key: "this", title: "只这一场" },
  { key: "following", title: "这一场及以后" },
  { key: "all", title: "全部未开始的" },
];
