/** Degrees, WGS 84. */
export interface Position {
  latitude: number;
  longitude: number;
}

/** Whether this host tells where it is: WeChat alone, after its own question to the person. */
export const KNOWS_POSITION = !__IS_H5__;

/** Where the phone is; null if the person does not want to say, or it does not know. */
export function askPosition(): Promise<Position | null> {
  return new Promise((resolve) => {
    // #ifdef MP-WEIXIN
    uni.getLocation({
      type: "wgs84",
      success: ({ latitude, longitude }) => resolve({ latitude, longitude }),
      fail: () => resolve(null),
    });
    // #endif
    // #ifdef H5
    resolve(null);
    // #endif
  });
}
