/** One picture, large. Escape or a click beside it closes. */
import { Component, createRef, h } from 'preact';
import { t } from '../panel/i18n';
import type { Desk } from '../panel/desk';
import { icons, IconButton } from '../panel/view/parts';
import { adopt } from './adopt';
import { blobUrl, download, size } from './files';
import css from './viewer.css?inline';

adopt(css);

const DOWN = 'M12 3v12m5-5-5 5-5-5M5 21h14';

interface Props {
  desk: Desk;
}

export class Viewer extends Component<Props, { src?: string; isBroken?: boolean }> {
  box = createRef<HTMLDialogElement>();
  opener = document.activeElement;

  override componentDidMount() {
    const { desk } = this.props;
    const file = desk.get().viewed;
    this.box.current?.showModal();
    if (file)
      blobUrl(file.url, desk.token()).then(
        (src) => this.setState({ src }),
        () => this.setState({ isBroken: true }),
      );
  }
  override componentWillUnmount() {
    (this.opener as HTMLElement | null)?.focus();
  }
  override render({ desk }: Props) {
    const file = desk.get().viewed;
    if (!file) return null;
    const close = (): void => desk.set({ viewed: null });
    return (
      <dialog
        ref={this.box}
        class="view"
        aria-label={file.name}
        onClose={close}
        onClick={(event) => event.target === event.currentTarget && close()}
      >
        <div class="bar">
          <bdi>{file.name}</bdi>
          <IconButton
            d={DOWN}
            label={t('download', { name: file.name, size: size(file.size_bytes) })}
            onClick={() =>
              void download(file, desk.token()).catch(() => this.setState({ isBroken: true }))
            }
          />
          <IconButton d={icons.close} label={t('closeViewer')} onClick={close} />
        </div>
        {this.state.isBroken ? (
          <p role="alert">{t('imageFailed')}</p>
        ) : (
          <img src={this.state.src} alt={file.name} />
        )}
      </dialog>
    );
  }
}
