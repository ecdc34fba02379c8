import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What a group meets about; when and where is its occasion's. */
@Entity('meeting')
export class Meeting {
  @PrimaryColumn('uuid', { name: 'occasion_id' }) occasionId: string;
  @Column('uuid', { name: 'group_id' }) groupId: string;
  @Column('text') about: string;
}
