/** Two soft notes, made rather than loaded. Silent until the visitor has touched the page. */
let audio: AudioContext | undefined;

export function chime(): void {
  audio ??= new AudioContext();
  if (audio.state === 'suspended') return;
  const start = audio.currentTime;
  [660, 880].forEach((pitch, index) => {
    const tone = (audio as AudioContext).createOscillator();
    const level = (audio as AudioContext).createGain();
    const from = start + index * 0.14;
    tone.frequency.value = pitch;
    level.gain.setValueAtTime(0, from);
    level.gain.linearRampToValueAtTime(0.12, from + 0.02);
    level.gain.exponentialRampToValueAtTime(0.001, from + 0.4);
    tone.connect(level).connect((audio as AudioContext).destination);
    tone.start(from);
    tone.stop(from + 0.4);
  });
}
