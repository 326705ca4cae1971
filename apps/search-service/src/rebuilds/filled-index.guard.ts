import { type CanActivate, Injectable } from '@nestjs/common';
import { IndexState } from './index-state.js';

/** Refuses searches while the index does not hold what is public. */
@Injectable()
export class FilledIndexGuard implements CanActivate {
  constructor(private readonly state: IndexState) {}

  canActivate(): boolean {
    this.state.requireFilled();
    return true;
  }
}
