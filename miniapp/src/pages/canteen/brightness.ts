/** A bright screen while a code is shown, where the host allows it; afterwards as it was. */

let before: number | null = null;

export function brighten(): void {
  if (__IS_H5__ || before !== null) return;
  uni.getScreenBrightness({
    success: ({ value }) => {
      before = value;
      uni.setScreenBrightness({ value: 1 });
      uni.setKeepScreenOn({ keepScreenOn: true });
    },
  });
}

export function dim(): void {
  if (before === null) return;
  uni.setScreenBrightness({ value: before });
  uni.setKeepScreenOn({ keepScreenOn: false });
  before = null;
}
