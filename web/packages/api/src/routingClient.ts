/** Calls around queues, offers, presence and the floor. One method is one operation. */
import type { Http } from './http.ts';
import type { AgentId, ConversationId, QueueId, QueueItemId, SkillId } from './ids.ts';
import type { Result } from './result.ts';
import type * as R from './routing.ts';
import type { Conversation, Message, Page, Presence } from './types.ts';

type Items<T> = Pick<Page<T>, 'items'>;

export class RoutingApi {
  readonly #http: Http;

  constructor(http: Http) {
    this.#http = http;
  }

  // Presence
  getPresence = () => this.#http.get<R.AgentPresence>('/me/presence');
  setPresence = (presence: Presence, reason?: R.BreakReason) =>
    this.#http.put<R.AgentPresence>('/me/presence', { presence, ...(reason ? { reason } : {}) });
  reportActivity = () => this.#http.post<void>('/me/activity');
  listPresences = () => this.#http.get<Items<R.AgentPresence>>('/presences');
  setPresenceOf = (id: AgentId, presence: Presence, reason?: R.BreakReason) =>
    this.#http.put<R.AgentPresence>(`/agents/${id}/presence`, {
      presence,
      ...(reason ? { reason } : {}),
    });

  // Offers and transfer
  listOffers = () => this.#http.get<Items<R.Offer>>('/offers');
  acceptOffer = (id: QueueItemId) =>
    this.#http.post<{ conversation: Conversation }>(`/offers/${id}/accept`);
  declineOffer = (id: QueueItemId, reason?: string) =>
    this.#http.post<void>(`/offers/${id}/decline`, reason ? { reason } : {});
  transfer = (id: ConversationId, to: R.Target, note?: string) =>
    this.#http.post<Conversation>(`/conversations/${id}/transfer`, {
      to,
      ...(note ? { note } : {}),
    });
  enqueue = (
    id: ConversationId,
    body: { queue_id: QueueId; needs?: R.SkillNeed[]; language?: string },
  ) => this.#http.post<Conversation>(`/conversations/${id}/enqueue`, body);
  getRouting = (id: ConversationId) =>
    this.#http.get<R.ConversationRouting>(`/conversations/${id}/routing`);

  // Settings
  listSkills = () => this.#http.get<Page<R.Skill>>('/skills');
  createSkill = (name: string) => this.#http.create<R.Skill>('/skills', { name });
  updateSkill = (id: SkillId, name: string) => this.#http.patch<R.Skill>(`/skills/${id}`, { name });
  deleteSkill = (id: SkillId) => this.#http.delete(`/skills/${id}`);
  getProfile = (id: AgentId) => this.#http.get<R.AgentProfile>(`/agents/${id}/profile`);
  putProfile = (id: AgentId, body: Omit<R.AgentProfile, 'agent_id'>) =>
    this.#http.put<R.AgentProfile>(`/agents/${id}/profile`, body);
  listProfiles = () => this.#http.get<Items<R.AgentProfile>>('/profiles');
  listQueues = () => this.#http.get<Page<R.Queue>>('/queues');
  getQueue = (id: QueueId) => this.#http.get<R.Queue>(`/queues/${id}`);
  createQueue = (body: R.QueueBody) => this.#http.create<R.Queue>('/queues', body);
  updateQueue = (id: QueueId, body: R.QueueBody) =>
    this.#http.patch<R.Queue>(`/queues/${id}`, body);
  deleteQueue = (id: QueueId) => this.#http.delete(`/queues/${id}`);
  listQueueItems = (id: QueueId) => this.#http.get<Items<R.QueueItem>>(`/queues/${id}/items`);
  getSettings = () => this.#http.get<R.RoutingSettings>('/routing/settings');
  putSettings = (body: R.RoutingSettings) =>
    this.#http.put<R.RoutingSettings>('/routing/settings', body);

  // The floor
  getFloor = () => this.#http.get<R.Floor>('/floor');
  takeOver = (id: ConversationId) =>
    this.#http.post<Conversation>(`/conversations/${id}/take_over`);
  whisper = (id: ConversationId, text: string) =>
    this.#http.post<Message>(`/conversations/${id}/whisper`, { text });
  reassign = (ids: ConversationId[], to: R.Target): Promise<Result<R.ReassignResult>> =>
    this.#http.post<R.ReassignResult>('/floor/reassign', { conversation_ids: ids, to });
  getWallboard = (signal?: AbortSignal) =>
    this.#http.get<R.Wallboard>('/wallboard', undefined, signal);
}
