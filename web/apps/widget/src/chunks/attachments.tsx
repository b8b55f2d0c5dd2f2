/** Pictures and files of a message. */
import { Component, h } from 'preact';
import type { Attachment } from '../panel/dto';
import { t } from '../panel/i18n';
import type { Desk } from '../panel/desk';
import { Icon } from '../panel/view/parts';
import { adopt } from './adopt';
import css from './attachments.css?inline';
import { blobUrl, download, size } from './files';

adopt(css);

const FILE = 'M15 2H6a2 2 0 0 0-2 2v16a2 2 0 0 0 2 2h12a2 2 0 0 0 2-2V7ZM14 2v5h6';

interface Props {
  file: Attachment;
  desk: Desk;
}

class Picture extends Component<Props, { src?: string; isBroken?: boolean }> {
  override componentDidMount() {
    this.fetch();
  }
  fetch = (): void => {
    const { file, desk } = this.props;
    this.setState({ isBroken: false });
    blobUrl(file.thumbnail_url ?? file.url, desk.token()).then(
      (src) => this.setState({ src }),
      () => this.setState({ isBroken: true }),
    );
  };
  override render({ file, desk }: Props) {
    const { src, isBroken } = this.state;
    // Known dimensions keep the place, so that nothing jumps when the picture comes.
    const [wide, high] = [file.width ?? 240, file.height ?? 180];
    const scale = Math.min(240 / wide, 300 / high, 1);
    if (isBroken)
      return (
        <p class="pic none">
          {t('imageFailed')} <button onClick={this.fetch}>{t('retry')}</button>
        </p>
      );
    return (
      <button
        type="button"
        class="pic"
        aria-label={t('enlarge', { name: file.name })}
        onClick={() => desk.set({ viewed: file })}
      >
        <img src={src} alt={file.name} width={wide * scale} height={high * scale} />
      </button>
    );
  }
}

class File extends Component<Props, { isBroken?: boolean }> {
  override render({ file, desk }: Props) {
    const bytes = size(file.size_bytes);
    return (
      <button
        type="button"
        class="file"
        aria-label={t('download', { name: file.name, size: bytes })}
        onClick={() =>
          download(file, desk.token()).then(
            () => this.setState({ isBroken: false }),
            () => this.setState({ isBroken: true }),
          )
        }
      >
        <Icon d={FILE} />
        <span>
          <bdi>{file.name}</bdi>
          <small>{this.state.isBroken ? t('actionFailed') : bytes}</small>
        </span>
      </button>
    );
  }
}

export const Attachments = ({ items, desk }: { items: Attachment[]; desk: Desk }) => (
  <div class="atts">
    {items.map((file) =>
      file.kind === 'image' ? (
        <Picture key={file.id} file={file} desk={desk} />
      ) : (
        <File key={file.id} file={file} desk={desk} />
      ),
    )}
  </div>
);
