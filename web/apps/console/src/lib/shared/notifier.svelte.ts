/** Tells of new customer messages by title, sound and desktop notice, as each person set it. */
import type { AgentId, Conversation } from '@zhiyin/api';
import type { EventFrame } from '@zhiyin/realtime';
import { t } from './i18n.svelte.ts';
import { shownName } from './names.ts';
import { isQuiet, noticeOf, type Notice } from './notify.ts';
import type { PreferencesModel } from './preferences.svelte.ts';

/** Events of the past, as after a night offline, are not announced one by one. */
const FRESH_MS = 60_000;

export class Notifier {
  /** Notices since the page was last looked at; shown in the title. */
  unseen = $state(0);
  /** Set by the page: what opening a notice does. */
  onopen: (conversation: Conversation) => void = () => undefined;
  #preferences: PreferencesModel;
  #me: AgentId;
  #audio: AudioContext | null = null;
  #onVisible = () => {
    if (!document.hidden) this.unseen = 0;
  };

  constructor(preferences: PreferencesModel, me: AgentId) {
    this.#preferences = preferences;
    this.#me = me;
    document.addEventListener('visibilitychange', this.#onVisible);
  }

  onEvent(event: EventFrame): void {
    const rules = this.#preferences.value.notify;
    if (Date.now() - Date.parse(event.at) > FRESH_MS) return;
    const notice = noticeOf(event, this.#me);
    if (!notice || !rules[notice] || !event.conversation) return;
    if (document.hidden) this.unseen += 1;
    if (isQuiet(rules.quiet_hours, new Date())) return;
    if (rules.sound) this.#ring();
    if (rules.desktop && document.hidden)
      this.#show(notice, event.conversation, event.message?.text);
  }

  /** Lets a person hear and see what they chose. */
  tryOut(): void {
    const { sound, desktop } = this.#preferences.value.notify;
    if (sound) this.#ring();
    if (desktop) this.#notify(t('app.name'), t('profile.tryText'), 'try');
  }

  async askForDesktop(): Promise<boolean> {
    if (!('Notification' in window)) return false;
    return (await Notification.requestPermission()) === 'granted';
  }

  #show(notice: Notice, conversation: Conversation, text = ''): void {
    const name = shownName(conversation.contact.name);
    const title = notice === 'mine_reply' ? name : t(`notice.${notice}`, { name });
    const body = text || (conversation.last_message?.preview ?? '');
    const shown = this.#notify(title, body.slice(0, 120), conversation.id);
    if (!shown) return;
    shown.onclick = () => {
      window.focus();
      this.onopen(conversation);
      shown.close();
    };
  }

  #notify(title: string, body: string, tag: string): Notification | null {
    if (!('Notification' in window) || Notification.permission !== 'granted') return null;
    return new Notification(title, { body, tag });
  }

  /** Two soft tones, made here so that nothing is downloaded. */
  #ring(): void {
    this.#audio ??= new AudioContext();
    const audio = this.#audio;
    // Browsers keep a page silent until somebody has clicked in it.
    if (audio.state !== 'running') void audio.resume();
    if (audio.state !== 'running') return;
    [660, 880].forEach((frequency, i) => {
      const tone = audio.createOscillator();
      const volume = audio.createGain();
      const at = audio.currentTime + i * 0.12;
      tone.frequency.value = frequency;
      volume.gain.setValueAtTime(0, at);
      volume.gain.linearRampToValueAtTime(0.05, at + 0.02);
      volume.gain.exponentialRampToValueAtTime(0.0001, at + 0.28);
      tone.connect(volume).connect(audio.destination);
      tone.start(at);
      tone.stop(at + 0.3);
    });
  }

  dispose(): void {
    document.removeEventListener('visibilitychange', this.#onVisible);
    void this.#audio?.close();
  }
}
