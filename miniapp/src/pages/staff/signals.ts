/** What is felt and heard behind a counter, where nobody looks at the phone: one high tone, or two low ones. */

interface Sounds {
  currentTime: number;
  destination: unknown;
  createOscillator(): {
    type: string;
    frequency: { value: number };
    connect(to: unknown): void;
    start(at: number): void;
    stop(at: number): void;
  };
}

let sounds: Sounds | null | undefined;

export function signalSuccess(): void {
  uni.vibrateShort({ fail: () => undefined });
  play([[880, 0, 0.14]]);
}

export function signalRefusal(): void {
  uni.vibrateLong({ fail: () => undefined });
  play([
    [300, 0, 0.16],
    [240, 0.22, 0.26],
  ]);
}

function play(tones: [hertz: number, from: number, seconds: number][]): void {
  try {
    sounds ??= made();
    for (const [hertz, from, seconds] of sounds ? tones : []) {
      const tone = sounds!.createOscillator();
      tone.type = "sine";
      tone.frequency.value = hertz;
      tone.connect(sounds!.destination);
      tone.start(sounds!.currentTime + from);
      tone.stop(sounds!.currentTime + from + seconds);
    }
  } catch {
    sounds = null; // A phone without sound is no reason to stop serving.
  }
}

function made(): Sounds | null {
  if (__IS_H5__)
    return typeof AudioContext === "undefined" ? null : (new AudioContext() as unknown as Sounds);
  const host = wx as unknown as { createWebAudioContext?: () => Sounds };
  return host.createWebAudioContext?.() ?? null;
}
