// An invented world in memory, for component tests and for looking at the window in a browser.
// No package carries it: main.tsx names it only outside of production builds.
import type { AccountState, AppError, Backend, EncryptionState, ErrorCode, Message, Person, Settings } from "./backend";
import type {
  Brand,
  ConnectionState,
  CrashNote,
  Draft,
  PolicyState,
  ProxyState,
  RoomDetails,
  RoomRow,
  ShellRequest,
  TimelineItem,
} from "./bindings";
import { meOf, people } from "./fake/people";
import { picture } from "./fake/picture";
import { fakePolicy } from "./fake/policy";
import { fakeRooms } from "./fake/rooms";
import { fakeSettings } from "./fake/settings";
import { FakeEvents, FakeList, FakeValue } from "./fake/streams";
import { bridge, direct, talk } from "./fake/timelines";
import { fakeWriting } from "./fake/writing";

export interface FakeOptions extends Partial<Settings> {
  account?:
    | AccountState["kind"]
    | "keyringAbsent"
    | "damaged"
    | "full"
    | "refused"
    | "rootless"
    | "proxyless"
    | "proxyBroken";
  encryption?: EncryptionState["kind"];
  connection?: ConnectionState;
  /** Rooms beside the ones with a story. */
  moreRooms?: number;
  noRooms?: boolean;
  /** Whether the desktop shows a tray; it does. */
  tray?: boolean;
  /** When Estafette stopped unexpectedly, if it did. */
  crashedAt?: number;
  /** Whether it was only a defect, and Estafette went on. */
  wentOn?: boolean;
  /** An organisation has decided on many things. */
  managed?: boolean;
  /** What it has decided on how it shows itself. */
  brand?: Partial<Brand>;
  /** A proxy stands in the way, and asks who the user is. */
  proxy?: boolean;
  /** An account is kept here whose server lets nobody sign in elsewhere. */
  held?: boolean;
  /** How long an answer takes. */
  delayMs?: number;
}

export const FAKE_KEY = "EsTa fEtt eRhi nPos tHor nKeh lStr asbO urgF reiB urgC olmA rBas elMu lhOu";

export function failure(code: ErrorCode, args: Record<string, string> = {}): AppError {
  return { code, args, ref: "7c1e4a" };
}

/** A proxy that wants to know who the user is. */
export function asking(refused = false): ProxyState {
  return { kind: "passwordNeeded", proxy: "proxy.grand-est.example:3128", refused, cleartext: true };
}

/** The fake with what a test does from outside: what others send, the network that goes away. */
export interface FakeBackend extends Backend {
  readonly connection: FakeValue<ConnectionState>;
  readonly trouble: FakeValue<AppError | null>;
  readonly proxy: FakeValue<ProxyState>;
  readonly encryption: FakeValue<EncryptionState>;
  readonly account: FakeValue<AccountState>;
  readonly settings: FakeValue<Settings>;
  readonly policy: FakeValue<PolicyState>;
  readonly brand: FakeValue<Brand>;
  readonly requests: FakeEvents<ShellRequest>;
  /** The drafts that outlive the window, by room. */
  readonly kept: Map<string, Draft>;
  receive(roomId: string, item: TimelineItem): void;
  timelineOf(roomId: string): FakeList<TimelineItem>;
  /** What was asked, in order, as `name argument`. */
  readonly calls: string[];
}

export function createFake(options: FakeOptions = {}): FakeBackend {
  const language = options.language ?? "fr";
  const me = meOf(language);
  const calls: string[] = [];
  const delay = () => new Promise<void>((done) => setTimeout(done, options.delayMs ?? 0));

  const initial = (): AccountState => {
    switch (options.account ?? "ready") {
      case "ready":
        return { kind: "ready", me };
      case "locked":
        return { kind: "locked", keyringPresent: true };
      case "keyringAbsent":
        return { kind: "locked", keyringPresent: false };
      case "unusable":
        return { kind: "unusable", error: failure("profile-in-use") };
      case "damaged":
        return { kind: "unusable", error: failure("data-damaged") };
      case "full":
        return { kind: "unusable", error: failure("storage-full") };
      case "refused":
        return { kind: "unusable", error: failure("account-not-allowed", { server: "ancien.example" }) };
      case "rootless":
        return { kind: "unusable", error: failure("certificates-unreadable") };
      case "proxyless":
        return { kind: "unusable", error: failure("proxy-unknown") };
      case "proxyBroken":
        return { kind: "unusable", error: failure("proxy-unusable") };
      case "opening":
      case "keyGone":
      case "signedOut":
      case "signingOut":
        return { kind: options.account as "opening" | "keyGone" | "signedOut" | "signingOut" };
    }
  };

  const account = new FakeValue<AccountState>(initial());
  const encryption = new FakeValue<EncryptionState>({ kind: options.encryption ?? "ready" });
  const connection = new FakeValue<ConnectionState>(options.connection ?? "online");
  const trouble = new FakeValue<AppError | null>(null);
  const proxy = new FakeValue<ProxyState>(options.proxy ? asking() : { kind: "open" });
  const requests = new FakeEvents<ShellRequest>();
  const held = { by: options.held ? "@camille:ancien.example" : null };
  let crash: CrashNote | null =
    options.crashedAt === undefined ? null : { at: options.crashedAt, ref: "7c1e4a", wentOn: options.wentOn ?? false };
  const world = options.noRooms ? [] : fakeRooms(me, options.moreRooms ?? 0);
  const rooms = new FakeList<RoomRow>(world.map((room) => room.row));
  const details = new Map(world.map((room) => [room.row.id, new FakeValue<RoomDetails>(room.details)]));
  const timelines = new Map<string, FakeList<TimelineItem>>();
  const older = new Map<string, number>();

  function timelineOf(roomId: string): FakeList<TimelineItem> {
    const known = timelines.get(roomId);
    if (known) return known;
    const room = world.find((each) => each.row.id === roomId);
    const companion = room?.row.name === people.sophie.name ? people.sophie : people.joerg;
    const items = roomId.startsWith("!bridge")
      ? bridge(me)
      : roomId.startsWith("!direct")
        ? direct(me, companion)
        : talk(20, room?.row.latest?.timestamp ?? Date.now());
    const made = new FakeList(items);
    timelines.set(roomId, made);
    return made;
  }

  function changeMessage(roomId: string, messageId: string, change: (message: Message) => Message): void {
    const list = timelineOf(roomId);
    const index = list.items.findIndex(({ content }) => content.kind === "message" && content.messageId === messageId);
    const item = list.items[index];
    if (item?.content.kind !== "message") throw failure("message-unknown");
    list.setAt(index, { ...item, content: { kind: "message", ...change(item.content) } });
  }

  /** As the SDK has it: what comes from the server stands before all that is still being sent. */
  function arrive(roomId: string, item: TimelineItem): void {
    const list = timelineOf(roomId);
    const unsent = ({ content }: TimelineItem) => content.kind === "message" && content.sending !== null;
    list.insertAt(list.items.findLastIndex((each) => !unsent(each)) + 1, item);
  }

  /** The server has the message, and sends it back a moment later. */
  function deliver(roomId: string, messageId: string): void {
    changeMessage(roomId, messageId, (sent) => ({ ...sent, sending: "sent" }));
    setTimeout(() => {
      const list = timelineOf(roomId);
      const index = list.items.findIndex(
        ({ content }) => content.kind === "message" && content.messageId === messageId,
      );
      const item = list.items[index];
      if (item?.content.kind !== "message") return;
      list.removeAt(index);
      arrive(roomId, { ...item, content: { ...item.content, sending: null } });
    }, 300);
  }

  function changeRow(roomId: string, change: Partial<RoomRow>, toFront = false): void {
    const index = rooms.items.findIndex((row) => row.id === roomId);
    const row = rooms.items[index];
    if (!row) throw failure("room-unknown");
    if (toFront) rooms.moveToFront(index, { ...row, ...change });
    else rooms.setAt(index, { ...row, ...change });
  }

  async function answer<T>(call: string, give: () => T): Promise<T> {
    calls.push(call);
    await delay();
    return give();
  }

  function detailsOf(roomId: string): FakeValue<RoomDetails> {
    const found = details.get(roomId);
    if (!found) throw failure("room-unknown");
    return found;
  }

  function changeMe(change: Partial<Person>): void {
    const now = account.get();
    if (now.kind === "ready") account.set({ kind: "ready", me: { ...now.me, ...change } });
  }

  const decided = fakePolicy(options);
  const refused = (setting: string, value: unknown) => {
    const locked = decided.policy.get().lockedSettings[setting];
    return locked && !locked.choices.includes(`${value}`) ? failure("managed") : null;
  };

  return {
    ...decided,
    ...fakeSettings(answer, options, refused),
    ...fakeWriting({
      me,
      answer,
      refuse: failure,
      timelineOf,
      changeMessage,
      changeRow,
      deliver,
      isOffline: () => connection.get() === "offline",
    }),
    connection,
    trouble,
    proxy,
    encryption,
    account,
    requests,
    calls,
    timelineOf,
    receive: (roomId, item) => {
      if (item.content.kind === "message" && item.content.sending) timelineOf(roomId).push(item);
      else arrive(roomId, item);
      if (item.content.kind !== "message") return;
      const preview =
        item.content.body.kind === "text" ? { kind: "text" as const, text: "…" } : { kind: "other" as const };
      const latest = { timestamp: item.content.timestamp, sender: null, own: item.content.own, preview, sending: null };
      changeRow(roomId, { latest }, true);
    },

    watchAccount: (listener) => account.watch(listener),
    watchEncryption: (listener) => encryption.watch(listener),
    watchConnection: (listener) => connection.watch(listener),
    watchTrouble: (listener) => trouble.watch(listener),
    watchProxy: (listener) => proxy.watch(listener),
    watchRooms: (listener) => rooms.watch(listener),
    watchRoom: (roomId, listener) => detailsOf(roomId).watch(listener),
    watchTimeline: (roomId, listener) => timelineOf(roomId).watch(listener),
    watchRequests: (listener) => requests.watch(listener),

    setDisplayName: (name) => answer(`setDisplayName ${name}`, () => changeMe({ name })),
    chooseAvatar: () =>
      answer("chooseAvatar", () => {
        changeMe({ avatar: "me" });
        return true;
      }),
    removeAvatar: () => answer("removeAvatar", () => changeMe({ avatar: null })),

    discover: (address) =>
      answer(`discover ${address}`, () => {
        const fixed = decided.brand.get().server;
        if (fixed) return { serverName: fixed, user: address };
        if (!/[.:@]/.test(address)) throw failure("address-invalid");
        const [user, server] = address.replace(/^@/, "").split(/[@:]/);
        if (held.by) throw failure("server-not-allowed", { server: server ?? address, account: held.by });
        if (!server) return { serverName: address, user: null };
        if (server.includes("nowhere")) throw failure("server-unreachable", { server });
        return { serverName: server, user: user ?? null };
      }),
    signIn: (address, user, password) =>
      answer(`signIn ${address} ${user ?? "-"}`, () => {
        if (password === "wrong") throw failure("credentials-wrong");
        account.set({ kind: "ready", me });
      }),
    signOut: (anyway) =>
      answer(anyway ? "signOut anyway" : "signOut", () => {
        if (!anyway && ["backupIncomplete", "recoveryGone"].includes(encryption.get().kind))
          throw failure("keys-not-saved");
        held.by = null;
        account.set({ kind: "signedOut" });
      }),
    enterProxy: (user, password) =>
      answer(`enterProxy ${user}`, () => {
        if (password === "wrong") setTimeout(() => proxy.set(asking(true)), options.delayMs ?? 0);
        proxy.set({ kind: "open" });
        if (password === "unkept") throw failure("proxy-not-kept");
      }),
    retryKeyring: () => answer("retryKeyring", () => undefined),
    setDataAside: () =>
      answer("setDataAside", () => {
        account.set({ kind: "signedOut" });
        return "aside-2026-11-24";
      }),

    recoveryKey: () => answer("recoveryKey", () => FAKE_KEY),
    recoveryKeyKept: () => answer("recoveryKeyKept", () => encryption.set({ kind: "ready" })),
    newRecoveryKey: () => answer("newRecoveryKey", () => encryption.set({ kind: "keyToKeep" })),
    saveRecoveryKey: () => answer("saveRecoveryKey", () => true),
    recover: (key) =>
      answer("recover", () => {
        if (key.replaceAll(" ", "") !== FAKE_KEY.replaceAll(" ", "")) throw failure("recovery-key-wrong");
        encryption.set({ kind: "ready" });
      }),

    setVisibleRooms: (ids) => answer(`setVisibleRooms ${ids.length}`, () => undefined),
    acceptInvitation: (roomId) =>
      answer(`acceptInvitation ${roomId}`, () => {
        changeRow(roomId, { invited: false });
        detailsOf(roomId).set({ ...detailsOf(roomId).get(), invited: false });
      }),
    declineInvitation: (roomId) =>
      answer(`declineInvitation ${roomId}`, () => rooms.removeAt(rooms.items.findIndex((row) => row.id === roomId))),

    loadOlder: (roomId, count) =>
      answer(`loadOlder ${roomId} ${count}`, () => {
        if (connection.get() === "offline") throw failure("offline");
        const loaded = older.get(roomId) ?? 0;
        if (roomId.startsWith("!direct") || loaded >= 600) return true;
        const first = timelineOf(roomId).items.find(({ content }) => "timestamp" in content)?.content;
        const end = first && "timestamp" in first ? first.timestamp - 60_000 : Date.now();
        older.set(roomId, loaded + count);
        timelineOf(roomId).prepend(talk(count, end));
        return false;
      }),
    toggleReaction: (roomId, messageId, key) =>
      answer(`toggleReaction ${messageId} ${key}`, () =>
        changeMessage(roomId, messageId, (before) => {
          const known = before.reactions.find((reaction) => reaction.key === key);
          if (!known)
            return { ...before, reactions: [...before.reactions, { key, count: 1, mine: true, names: [me.name] }] };
          const count = known.count + (known.mine ? -1 : 1);
          const reactions = before.reactions.flatMap((reaction) =>
            reaction !== known ? [reaction] : count === 0 ? [] : [{ ...known, count, mine: !known.mine }],
          );
          return { ...before, reactions };
        }),
      ),
    resend: (roomId, messageId) => answer(`resend ${messageId}`, () => deliver(roomId, messageId)),
    discard: (roomId, messageId) =>
      answer(`discard ${messageId}`, () => {
        const list = timelineOf(roomId);
        list.removeAt(
          list.items.findIndex(({ content }) => content.kind === "message" && content.messageId === messageId),
        );
      }),
    loadQuote: (_roomId, messageId) => answer(`loadQuote ${messageId}`, () => undefined),
    markRead: (roomId) => answer(`markRead ${roomId}`, () => changeRow(roomId, { unread: 0, mentions: 0 })),
    setTyping: (_roomId, typing) => answer(`setTyping ${typing}`, () => undefined),

    setReading: (roomId) => answer(`setReading ${roomId ?? "-"}`, () => undefined),
    crashNote: () => answer("crashNote", () => crash),
    dismissCrashNote: () =>
      answer("dismissCrashNote", () => {
        crash = null;
      }),

    mediaUrl: () => picture(),
    openLink: (url) => answer(`openLink ${url}`, () => undefined),
  };
}
