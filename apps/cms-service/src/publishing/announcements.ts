import { contentPublished, contentUnpublished, contentUpdated } from '@mediamesh/contracts';
import type { Outbox } from '@mediamesh/outbox';
import type { EntityManager } from '@mediamesh/postgres';
import type { ChangedRow, PublicRow } from './public-documents.repository.js';

/** Publishes an event for every change that the public can see. A row that was hidden and stays hidden causes none. */
export async function announce(outbox: Outbox, tx: EntityManager, rows: readonly ChangedRow[]): Promise<void> {
  const shown = rows.flatMap(({ visible, document, revision, wasVisible }) =>
    visible && document ? [{ document: { ...document, revision }, wasVisible }] : [],
  );
  await outbox.appendMany(
    tx,
    contentPublished,
    shown.filter(({ wasVisible }) => !wasVisible),
  );
  await outbox.appendMany(
    tx,
    contentUpdated,
    shown.filter(({ wasVisible }) => wasVisible),
  );
  const gone = rows.filter(({ visible, wasVisible }) => wasVisible && !visible);
  await outbox.appendMany(
    tx,
    contentUnpublished,
    gone.map(({ id, kind, programId, revision }) => ({ id, kind, programId, revision })),
  );
}

/**
 * Publishes the present state of rows again, for consumers that lost or never got it. A visible row is announced as an
 * update, a hidden one as unpublished, both with their present revision. A consumer with this revision or a newer one
 * ignores the event.
 */
export const announceAgain = (outbox: Outbox, tx: EntityManager, rows: readonly PublicRow[]): Promise<void> =>
  announce(
    outbox,
    tx,
    rows.map((row) => ({ ...row, wasVisible: true })),
  );
