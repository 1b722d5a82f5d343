// What the window may ask of the application behind it. Two answer: Tauri's commands and, without
// Tauri, an invented world in memory. Nothing else in the window knows which.
import type {
  AccountState,
  AppError,
  AppInfo,
  Brand,
  ConnectionState,
  CrashNote,
  DiscoveredServer,
  Draft,
  EncryptionState,
  Licence,
  ListUpdate,
  Settings as PartialSettings,
  PolicyState,
  ProxyState,
  RoomDetails,
  RoomRow,
  SettingsPatch,
  ShellRequest,
  Staged,
  StorageSizes,
  TimelineItem,
} from "./bindings";

export type * from "./bindings";

/** The settings, all of them: what the stream tells leaves none out. */
export type Settings = Required<PartialSettings>;

/** Ends a stream; calling it twice does no harm. */
export type Stop = () => void;

/** Where a stream's messages go. */
export interface Listener<T> {
  next(message: T): void;
  /** The stream could not be opened. */
  failed(error: AppError): void;
}

export interface Backend {
  watchAccount(listener: Listener<AccountState>): Stop;
  watchEncryption(listener: Listener<EncryptionState>): Stop;
  watchConnection(listener: Listener<ConnectionState>): Stop;
  /** Why the homeserver cannot be reached, where that is known and more than that nothing answers. */
  watchTrouble(listener: Listener<AppError | null>): Stop;
  /** Whether a proxy wants to know who the user is. */
  watchProxy(listener: Listener<ProxyState>): Stop;
  watchSettings(listener: Listener<Settings>): Stop;
  /** What others than the user have decided. */
  watchPolicy(listener: Listener<PolicyState>): Stop;
  /** How an organisation shows itself where one signs in. */
  watchBrand(listener: Listener<Brand>): Stop;
  watchRooms(listener: Listener<ListUpdate<RoomRow>>): Stop;
  watchRoom(roomId: string, listener: Listener<RoomDetails>): Stop;
  watchTimeline(roomId: string, listener: Listener<ListUpdate<TimelineItem>>): Stop;
  /** What the window is asked for from outside: by a notification, the tray, a second start. */
  watchRequests(listener: Listener<ShellRequest>): Stop;

  /** Changes what the patch names, and nothing else. */
  changeSettings(patch: SettingsPatch): Promise<void>;
  storageSizes(): Promise<StorageSizes>;
  /** Drops what the server still has: nothing is lost, but conversations load again. */
  clearCache(): Promise<void>;

  setDisplayName(name: string): Promise<void>;
  /** Asks for a picture. False when none was chosen. */
  chooseAvatar(): Promise<boolean>;
  removeAvatar(): Promise<void>;

  discover(address: string): Promise<DiscoveredServer>;
  signIn(address: string, user: string | null, password: string): Promise<void>;
  /** Refused with `keys-not-saved` while messages would become unreadable, unless `anyway`. */
  signOut(anyway: boolean): Promise<void>;
  /** Tells the proxy who the user is; whether it takes that, `watchProxy` tells. */
  enterProxy(user: string, password: string): Promise<void>;
  retryKeyring(): Promise<void>;
  /** Gives the name of the folder that holds the old data from now on. */
  setDataAside(): Promise<string>;

  recoveryKey(): Promise<string>;
  recoveryKeyKept(): Promise<void>;
  /** False when the user closed the dialog without saving. */
  saveRecoveryKey(): Promise<boolean>;
  /** Makes a recovery key where the account has none any more; the encryption then waits for it to be kept. */
  newRecoveryKey(): Promise<void>;
  recover(key: string): Promise<void>;

  setVisibleRooms(ids: string[]): Promise<void>;
  acceptInvitation(roomId: string): Promise<void>;
  declineInvitation(roomId: string): Promise<void>;

  /** True when the room's history is loaded from its start. */
  loadOlder(roomId: string, count: number): Promise<boolean>;
  sendText(roomId: string, text: string, replyTo: string | null): Promise<void>;
  loadDraft(roomId: string): Promise<Draft | null>;
  /** `null` when nothing is left to keep. */
  saveDraft(roomId: string, draft: Draft | null): Promise<void>;
  /** Asks for pictures; none when the user closed the dialog. */
  chooseImages(): Promise<Staged[]>;
  stageImage(name: string, bytes: Uint8Array): Promise<Staged>;
  discardStaged(id: string): Promise<void>;
  sendImage(roomId: string, stagedId: string, caption: string | null, replyTo: string | null): Promise<void>;
  toggleReaction(roomId: string, messageId: string, key: string): Promise<void>;
  resend(roomId: string, messageId: string): Promise<void>;
  discard(roomId: string, messageId: string): Promise<void>;
  loadQuote(roomId: string, messageId: string): Promise<void>;
  markRead(roomId: string): Promise<void>;
  setTyping(roomId: string, typing: boolean): Promise<void>;

  /** Which room is being looked at: it needs no notifications. */
  setReading(roomId: string | null): Promise<void>;
  /** That Estafette stopped unexpectedly the last time, until that is dismissed. */
  crashNote(): Promise<CrashNote | null>;
  dismissCrashNote(): Promise<void>;

  /** The address of a picture, for `<img src>`. */
  mediaUrl(handle: string): string;
  openLink(url: string): Promise<void>;
  appInfo(): Promise<AppInfo>;
  licences(): Promise<Licence[]>;
}

/** An error that a promise of the backend was refused with, or one of ours in its place. */
export function asAppError(error: unknown): AppError {
  if (typeof error === "object" && error !== null && "code" in error && "ref" in error) return error as AppError;
  return { code: "internal", args: {}, ref: "" };
}
