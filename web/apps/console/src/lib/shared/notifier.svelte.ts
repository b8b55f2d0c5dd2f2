/** Tells of new customer messages by title, sound and desktop notice, as each person set it. */
import type { AgentId, Conversation, Message } from '@zhiyin/api';
import type { EventFrame } from '@zhiyin/realtime';
import type { NotifyWhen, PreferencesModel } from './preferences.svelte.ts';

/** Whether this event is worth a notice to this person. */
export function isWorthNotice(event: EventFrame, me: AgentId, when: NotifyWhen): boolean {
  const { message, conversation } = event;
  if (event.type !== 'message.created' || !message || !conversation) return false;
  if (message.author.id === me) return false;
  if (message.mentions.includes(me)) return true;
  if (message.author.kind !== 'contact' || when === 'none') return false;
  if (when === 'all') return true;
  return conversation.assignee_id === me;
}

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
    const { notify, sound, desktop } = this.#preferences.value;
    // Events of the past, as after a night offline, are not announced one by one.
    if (Date.now() - Date.parse(event.at) > 60_000) return;
    if (!isWorthNotice(event, this.#me, notify)) return;
    if (!event.message || !event.conversation) return;
    if (document.hidden) this.unseen += 1;
    if (sound) this.#ring();
    if (desktop && document.hidden) this.#show(event.conversation, event.message);
  }

  async askForDesktop(): Promise<boolean> {
    if (!('Notification' in window)) return false;
    return (await Notification.requestPermission()) === 'granted';
  }

  #show(conversation: Conversation, message: Message): void {
    if (!('Notification' in window) || Notification.permission !== 'granted') return;
    const notice = new Notification(conversation.contact.name, {
      body: message.text.slice(0, 120),
      tag: conversation.id,
    });
    notice.onclick = () => {
      window.focus();
      this.onopen(conversation);
      notice.close();
    };
  }

  /** Two soft tones, made here so that nothing is downloaded. */
  #ring(): void {
    this.#audio ??= new AudioContext();
    const audio = this.#audio;
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
