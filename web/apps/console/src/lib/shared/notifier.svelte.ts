/** Tells of new customer messages by title, sound and desktop notice, as each person set it. */
import type { AgentId, Conversation, ConversationId, Offer } from '@zhiyin/api';
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
  onopen: (id: ConversationId) => void = () => undefined;
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
    const { conversation } = event;
    this.#tell(() => this.#show(notice, conversation, event.message?.text));
  }

  /** An offer lasts seconds: it is heard also while the console is in front. */
  onOffer(offer: Offer, isDirect: boolean): void {
    // What is given without asking is announced as assigned, by its own event.
    if (isDirect || !this.#preferences.value.notify.offer) return;
    const name = shownName(offer.contact_name);
    this.#tell(() =>
      this.#open(t('notice.offer', { name }), offer.preview, offer.conversation_id, null),
    );
  }

  /** What its author planned and will not happen; no rule silences it but quiet hours. */
  onUnsent(title: string, body: string, tag: string, opens: ConversationId | null): void {
    this.#tell(() => this.#open(title, body, tag, opens));
  }

  #tell(show: () => void): void {
    const rules = this.#preferences.value.notify;
    if (document.hidden) this.unseen += 1;
    if (isQuiet(rules.quiet_hours, new Date())) return;
    if (rules.sound) this.#ring();
    if (rules.desktop && document.hidden) show();
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

  #show(notice: Exclude<Notice, 'offer'>, conversation: Conversation, text = ''): void {
    const name = shownName(conversation.contact.name);
    const title = notice === 'mine_reply' ? name : t(`notice.${notice}`, { name });
    const body = text || (conversation.last_message?.preview ?? '');
    this.#open(title, body, conversation.id, conversation.id);
  }

  /** A notice that brings the page to the front, and to a conversation where there is one to open. */
  #open(title: string, body: string, tag: string, opens: ConversationId | null): void {
    const shown = this.#notify(title, body.slice(0, 120), tag);
    if (!shown) return;
    shown.onclick = () => {
      window.focus();
      if (opens) this.onopen(opens);
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
