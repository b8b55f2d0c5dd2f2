/** A small choice of emoji: what people use in service conversations. */
import { Component, h } from 'preact';
import { t } from '../panel/i18n';
import type { Desk } from '../panel/desk';
import { adopt } from './adopt';
import css from './emoji.css?inline';

adopt(css);

const groups = {
  smileys:
    '😀 😄 😁 😅 😂 🙂 😉 😊 😇 🥰 😍 😘 😋 😎 🤔 🤗 😐 😶 🙄 😏 😴 😷 🤒 😕 😟 😮 😳 🥺 😢 😭 😤 😠',
  gestures: '👍 👎 👌 🙏 👏 🙌 💪 🤝 ✌️ 👋 ☝️ 👉 👈 👇 🤞 🫶',
  things:
    '❤️ 💔 ✨ 🎉 🎁 🌹 🔥 ⭐ ✅ ❌ ❓ ❗ 💯 📦 🚚 📱 💻 📷 📄 💳 🧾 ⏰ 📍 🏠 ☕ 🍵 🍰 🌧️ ☀️ 🌙 🐼 🐱',
} as const;
const COLUMNS = 8;

interface Props {
  desk: Desk;
  insert: (text: string) => void;
}

export class Emoji extends Component<Props> {
  override componentDidMount() {
    document.querySelector<HTMLElement>('.emo button')?.focus();
  }
  override componentWillUnmount() {
    document.querySelector<HTMLElement>('textarea')?.focus();
  }

  /** One stop for Tab; the arrows move inside. */
  move = (event: KeyboardEvent): void => {
    const all = [...document.querySelectorAll<HTMLElement>('.emo button')];
    const steps: Record<string, number> = {
      ArrowRight: document.dir === 'rtl' ? -1 : 1,
      ArrowLeft: document.dir === 'rtl' ? 1 : -1,
      ArrowDown: COLUMNS,
      ArrowUp: -COLUMNS,
    };
    const step = steps[event.key];
    const next = step && all[all.indexOf(event.target as HTMLElement) + step];
    if (!next) return;
    event.preventDefault();
    next.focus();
  };

  override render({ insert, desk }: Props) {
    return (
      <div class="emo" role="group" aria-label={t('emoji')} onKeyDown={this.move}>
        {Object.entries(groups).map(([name, list], group) => (
          <section key={name} aria-label={t(name as keyof typeof groups)}>
            <h3>{t(name as keyof typeof groups)}</h3>
            <div class="grid">
              {list.split(' ').map((emoji, index) => (
                <button
                  key={emoji}
                  type="button"
                  tabIndex={group + index ? -1 : 0}
                  onClick={() => {
                    desk.set({ sheet: null });
                    insert(emoji);
                  }}
                >
                  {emoji}
                </button>
              ))}
            </div>
          </section>
        ))}
      </div>
    );
  }
}
